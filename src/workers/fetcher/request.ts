import * as z from "zod";

/** Headers that belong to the connection or to the network between, not to whoever asks. */
const reservedHeader =
  /^(host|connection|keep-alive|upgrade|te|trailer|expect|content-length|transfer-encoding|(proxy|sec|cf|x-forwarded)-.*)$/;

const headers = z
  .record(
    z
      .string()
      .max(64)
      .toLowerCase()
      .regex(/^[a-z0-9-]+$/, "letters, digits and -"),
    z
      .string()
      .max(2000)
      .regex(/^[\x20-\x7e]*$/, "printable ASCII"),
  )
  .refine((all) => Object.keys(all).length <= 32, "at most 32 headers")
  .refine(
    (all) => !Object.keys(all).some((name) => reservedHeader.test(name)),
    "a header that is not the caller's to set",
  );

const mebibyte = 1024 * 1024;

/** What to fetch. The address is a stranger's: it is checked, and so is every one it leads on to. */
export const fetchUrlRequest = z
  .strictObject({
    url: z.string().min(1).max(2000),
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
    headers: headers.default({}),
    body: z.string().max(mebibyte).optional(),
    /** Of everything: names, redirects and the last byte of the body. */
    timeoutMs: z.int().min(1).max(30_000).default(5000),
    /** Longest body, counted after decompression. */
    maxBytes: z.int().min(0).max(mebibyte).default(mebibyte),
    /** Plain http too; only where a community has asked for it. */
    allowHttp: z.boolean().default(false),
    /** 0 hands a redirect back as the answer it is: for signed calls, which nobody else may get. */
    maxRedirects: z.int().min(0).max(3).default(3),
  })
  .refine(({ method, body }) => body === undefined || (method !== "GET" && method !== "HEAD"), {
    path: ["body"],
    message: "GET and HEAD have no body",
  });
export type FetchUrlRequest = z.infer<typeof fetchUrlRequest>;
export type FetchUrlRequestInput = z.input<typeof fetchUrlRequest>;

/** Any answer at all. Header names in lower case, without cookies and without what only concerned the connection. */
export interface FetchedUrl {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  /** The address that answered, after redirects. */
  url: string;
}
