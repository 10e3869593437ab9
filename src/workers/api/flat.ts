import type * as z from "zod";

/** `application/json` of a flat reply: the routes of the 004 generation have no envelope around their success. */
export function flat<S extends z.ZodType>(schema: S) {
  return { description: "Done", content: { "application/json": { schema } } };
}
