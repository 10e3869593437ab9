import * as z from "zod";

const transport = z.object({
  method: z.string(),
  callback: z.string().optional(),
  conduit_id: z.string().optional(),
});

/** One subscription as Helix lists it. */
export const listed = z.object({
  id: z.string().min(1),
  status: z.string(),
  type: z.string(),
  version: z.string(),
  condition: z.record(z.string(), z.unknown()),
  transport,
  created_at: z.string().default(""),
});
export type Listed = z.infer<typeof listed>;

export const subscriptionPage = z.object({
  data: z.array(listed),
  total_cost: z.number().optional(),
  max_total_cost: z.number().optional(),
  pagination: z.object({ cursor: z.string().optional() }).default({}),
});

export const conduits = z.object({
  data: z.array(z.object({ id: z.string().min(1), shard_count: z.int() })),
});

export const shardPage = z.object({
  data: z.array(z.object({ id: z.string(), status: z.string(), transport })),
  pagination: z.object({ cursor: z.string().optional() }).default({}),
});

export const moderatedPage = z.object({
  data: z.array(z.object({ broadcaster_id: z.string() })),
  pagination: z.object({ cursor: z.string().optional() }).default({}),
});
