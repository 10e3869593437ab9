import * as z from "zod";

/** Why the bot did what it did: one record per event, kept in the channel's ring of 1,000. */
export const execution = z.object({
  id: z.string(),
  eventId: z.string(),
  entityId: z.string(),
  communityId: z.int().nullable(),
  sessionId: z.string(),
  correlationId: z.string(),
  messageType: z.string(),
  user: z.object({ id: z.string(), name: z.string(), role: z.string() }),
  /** What the bot reacted to; `none` for plain chat. */
  trigger: z.object({ kind: z.enum(["command", "event", "component", "none"]), text: z.string() }),
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
  /** Commands this one caused (alias), outermost first. */
  chain: z.array(z.string()),
  startedAt: z.int(),
  finishedAt: z.int(),
});
export type Execution = z.infer<typeof execution>;
