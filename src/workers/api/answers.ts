import * as z from "zod";

const timestamp = z.string();

const failureBody = z.object({
  success: z.literal(false),
  error: z.object({
    message: z.string(),
    code: z.string(),
    timestamp,
    details: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  }),
});

const texts: Record<number, string> = {
  400: "A field is wrong; `details` names each one",
  401: "No valid key or token",
  403: "Not allowed for this caller",
  404: "Not found, or not this caller's to see",
  409: "It already exists, or is not in the state this needs",
  412: "It changed meanwhile; `If-Match` names an older version",
  413: "Too large",
  415: "Not JSON",
  426: "A WebSocket is expected",
  429: "Too often; `Retry-After` says when",
  503: "Something this needs is away",
};

/** `application/json` of the success envelope around `data`. */
export function ok<S extends z.ZodType>(data: S, description = "Done") {
  const schema = z.object({ success: z.literal(true), data, timestamp });
  return { description, content: { "application/json": { schema } } };
}

/** The failure envelopes of a route, for its `responses`. */
export function failures<const C extends readonly (keyof typeof texts)[]>(...codes: C) {
  const entries = codes.map((code) => [
    code,
    { description: texts[code] ?? "", content: { "application/json": { schema: failureBody } } },
  ]);
  return Object.fromEntries(entries) as Record<C[number], FailureAnswer>;
}

interface FailureAnswer {
  description: string;
  content: { "application/json": { schema: typeof failureBody } };
}

/** A JSON request body that must be there. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } };
}
