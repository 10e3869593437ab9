import * as z from "zod";

/** What the process that asks is told. */
export const order = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("start"),
    url: z.url(),
    perSecond: z.number().positive(),
    /** What a good answer contains. */
    reply: z.string().min(1),
  }),
  z.object({
    kind: z.literal("add"),
    requests: z.array(z.object({ headers: z.record(z.string(), z.string()), body: z.string() })),
  }),
  z.object({ kind: z.literal("tell") }),
]);

/** `tookMs` is null while there is no good answer. */
export const askedOnce = z.object({ at: z.number(), tookMs: z.number().nullable() });
export type AskedOnce = z.infer<typeof askedOnce>;
