import * as z from "zod";
import { simulatorSecrets } from "#simulators/secrets";

/** What the generator's process is asked for. */
export const loadJob = z.object({
  kind: z.enum(["slack", "discord", "twitch"]),
  url: z.url(),
  channels: z.array(z.string()).min(1),
  warmUp: z.int().nonnegative(),
  count: z.int().positive(),
  connections: z.int().positive(),
  expected: z.string(),
  /** Digits, different for every job: it makes the ids. */
  run: z.string().regex(/^[1-9]\d{0,10}$/),
  secrets: simulatorSecrets,
});
export type LoadJob = z.infer<typeof loadJob>;

/** What it tells: `ready` once everything is signed and warm, `done` at the end. */
export const loadReport = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({
    type: z.literal("done"),
    perSecond: z.number(),
    p50Ms: z.number(),
    p99Ms: z.number(),
    failures: z.int(),
    firstFailure: z.string().optional(),
  }),
]);
export type LoadReport = z.infer<typeof loadReport>;
export type LoadDone = Extract<LoadReport, { type: "done" }>;
