import * as z from "zod";
import type { Outcome } from "#contracts/outcome";

/** One HTTP call to a platform, as it crosses to a machine with another address. Carries a token: never logged. */
export const egressRequest = z.object({
  url: z.url({ protocol: /^https?$/ }).max(4000),
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  headers: z.record(z.string().max(128), z.string().max(4000)),
  body: z.string().max(65_536).nullable(),
});
export type EgressRequest = z.infer<typeof egressRequest>;

export const egressResponse = z.object({
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()),
  body: z.string().max(1 << 20),
});
export type EgressResponse = z.infer<typeof egressResponse>;

/**
 * The way out through the gateway sidecar, for when a platform bans the Worker's address. `unavailable` means that
 * nothing was called, `unknown` that the call may have been made.
 */
export type Egress = (request: EgressRequest) => Promise<Outcome<EgressResponse>>;
