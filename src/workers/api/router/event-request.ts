import * as z from "zod";
import { messageTypes } from "#contracts/event";
import { platforms } from "#platforms/registry";
import { entityIdField, line, moment } from "#workers/api/router/fields";

/** Beside those we have parsers for, platforms whose collectors speak to this API alone (10-router §1.1). */
export const eventPlatforms = [
  ...new Set([...platforms.keys(), "twitch", "discord", "slack", "kick", "youtube"]),
];

/** 90-decisions C-21. */
export const messageTypeNames = [...messageTypes, "gift_subscription"] as const;

const optionValue = z.union([line(5000, 0), z.number(), z.boolean()]);
const count = z.int().min(1).max(1_000_000_000);

/**
 * One event in either spelling: `user_name` and `message_content` of 004, `username` and `message` of the later API
 * (90-decisions C-01). Which fields a type needs is asked by {@link toPlatformEvent}.
 */
export const eventRequest = z.strictObject({
  platform: z.enum(eventPlatforms).optional(),
  server_id: line(255).optional(),
  channel_id: line(255).optional(),
  entity_id: entityIdField.optional().describe("Instead of server_id and channel_id"),
  user_id: line(255),
  user_name: line(255).optional(),
  username: line(255).optional(),
  message_type: z.enum(messageTypeNames).optional().describe("chatMessage when there is only `message`"),
  message_content: line(5000, 0).optional(),
  message: line(5000).optional(),
  command: line(255).optional().describe("The text, where there is no message"),
  message_id: line(255).optional().describe("The platform's own id; the same one again has one effect"),
  event_id: line(255).optional(),
  timestamp: moment.optional().describe("When it happened"),
  bits: count.optional(),
  minutes: z.int().min(0).max(10_000_000).optional(),
  amount: z
    .number()
    .min(0)
    .max(1_000_000_000)
    .optional()
    .describe("In whole units of the currency, like 4.99"),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "three capital letters, like EUR")
    .optional(),
  months: z.int().min(0).max(100_000).optional(),
  tier: z.enum(["1", "2", "3", "1000", "2000", "3000"]).optional(),
  count: count.optional(),
  viewers: z.int().min(0).max(1_000_000_000).optional(),
  is_gift: z.boolean().optional(),
  is_anonymous: z.boolean().optional(),
  emoji: line(255).optional(),
  command_name: line(64).optional(),
  options: z
    .union([
      z
        .record(line(64), optionValue)
        .refine((given) => Object.keys(given).length <= 50, "At most 50 options"),
      z.array(z.strictObject({ name: line(64), value: optionValue })).max(50),
    ])
    .optional(),
  interaction_id: line(255).optional(),
  interaction_token: line(512).optional(),
  custom_id: line(255).optional(),
  values: z
    .union([
      z
        .record(line(255), line(5000, 0))
        .refine((given) => Object.keys(given).length <= 50, "At most 50 values"),
      z.array(line(5000, 0)).max(50),
    ])
    .optional(),
  metadata: z
    .record(line(64), z.unknown())
    .refine((given) => JSON.stringify(given).length <= 8192, "At most 8,192 characters of JSON")
    .optional()
    .describe("Taken and not kept"),
});
export type EventRequest = z.infer<typeof eventRequest>;
