import * as z from "zod";

/** Why the bot did what it did: one record per event, kept in the channel's ring of 1,000. */
export const execution = z.object({
  /** Says which channel to ask: `parseExecutionId`. */
  id: z.string(),
  eventId: z.string(),
  entityId: z.string(),
  communityId: z.int().nullable(),
  sessionId: z.string(),
  correlationId: z.string(),
  messageType: z.string(),
  user: z.object({ id: z.string(), name: z.string(), role: z.string() }),
  /** What the bot reacted to; `none` for plain chat. */
  trigger: z.object({ kind: z.enum(["command", "event", "component", "rule", "none"]), text: z.string() }),
  rights: z
    .object({ required: z.string(), actual: z.string(), isAllowed: z.boolean(), because: z.string() })
    .nullable(),
  module: z.string().nullable(),
  handler: z.string().nullable(),
  status: z.enum(["success", "refused", "failed", "ignored"]),
  code: z.string().nullable(),
  message: z.string().nullable(),
  steps: z.array(z.object({ name: z.string(), ms: z.number() })),
  responses: z.array(
    z.object({
      key: z.string(),
      type: z.string(),
      text: z.string(),
      /** `inline` was the platform's own answer; the others are the outbox row's state. */
      state: z.enum(["inline", "new", "sending", "sent", "unknown", "failed"]),
      platformMessageIds: z.array(z.string()),
    }),
  ),
  /** Every module that was called, in the order they were planned. */
  calls: z.array(
    z.object({
      key: z.string(),
      module: z.string(),
      handler: z.string(),
      mode: z.enum(["sequential", "parallel"]),
      /** `success`, or the refusal's code. */
      outcome: z.string(),
      startedAt: z.int(),
      finishedAt: z.int(),
    }),
  ),
  /** How often it was tried again after a time-out, a 429 or a lost connection. */
  retryCount: z.int(),
  /** The string rule that hit, and those that would have (shadow mode). */
  rules: z.array(z.object({ id: z.int(), action: z.string(), isShadow: z.boolean() })),
  /** Commands this one caused (alias), outermost first. */
  chain: z.array(z.string()),
  startedAt: z.int(),
  finishedAt: z.int(),
});
export type Execution = z.infer<typeof execution>;
