import type { Context } from "hono";
import * as z from "zod";
import { line } from "#workers/api/router/fields";

export const ifMatch = z.object({
  "if-match": line(64)
    .optional()
    .describe("The `ETag` last seen; a community that changed since is left alone"),
});

/** The answer with the community's version as its ETag. */
export function withTag<C extends Pick<Context, "header">>(c: C, { version }: { version: number }): C {
  c.header("etag", `"${version}"`);
  return c;
}

/** The version a caller last saw; undefined when any will do. What is no version of ours is one that nothing has. */
export function versionOf(given: string | undefined): number | undefined {
  if (given === undefined || given.trim() === "*") return undefined;
  const [, digits] = /^"(\d{1,9})"$/.exec(given.trim()) ?? [];
  return digits === undefined ? 0 : Number(digits);
}
