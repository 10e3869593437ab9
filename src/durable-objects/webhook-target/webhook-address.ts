import * as z from "zod";

/** One webhook's row, as its object needs it. Times are epoch milliseconds. */
export const webhookAddress = z.object({
  id: z.int(),
  communityId: z.int(),
  url: z.string(),
  /** Switched on, and its owner has shown that the address is theirs. */
  isEnabled: z.boolean(),
  keyNumber: z.int(),
  previousKeyUntil: z.int().nullable(),
});
export type WebhookAddress = z.infer<typeof webhookAddress>;
