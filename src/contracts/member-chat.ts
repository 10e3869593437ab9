import * as z from "zod";

/** 81-details §2.8. */
export const longestChatMessage = 2000;
const mostHistory = 100;

export const chatChannel = z
  .string()
  .regex(/^[a-z0-9-]{1,32}$/, "is 1 to 32 small letters, digits or dashes")
  .default("general");

/** One message of a community's own chat. `id` rises with every message of the community. */
export const memberMessage = z.object({
  id: z.int(),
  channelName: z.string(),
  user: z.object({ id: z.string(), name: z.string() }),
  content: z.string(),
  at: z.int(),
  /** The sender's own name for it: sent twice, it is kept once. */
  clientId: z.string().nullable(),
});
export type MemberMessage = z.infer<typeof memberMessage>;

/** Page → chat. */
export const chatRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("chat:join"), channelName: chatChannel }),
  z.strictObject({ type: z.literal("chat:leave") }),
  z.strictObject({
    type: z.literal("chat:message"),
    channelName: chatChannel,
    content: z
      .string()
      .max(longestChatMessage, `is longer than ${longestChatMessage} characters`)
      .refine((text) => text.trim().length > 0, "is empty"),
    messageType: z.literal("text").default("text"),
    clientId: z.string().min(1).max(64).optional(),
  }),
  z.strictObject({ type: z.literal("chat:typing"), channelName: chatChannel }),
  z.strictObject({
    type: z.literal("chat:history"),
    channelName: chatChannel,
    /** More than 100 is 100. */
    limit: z
      .int()
      .min(1)
      .default(50)
      .transform((limit) => Math.min(limit, mostHistory)),
    /** Only messages before this id. */
    before: z.int().min(1).optional(),
  }),
]);
export type ChatRequest = z.infer<typeof chatRequest>;

/** Chat → page. */
export const chatFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("chat:hello"),
    community: z.string(),
    user: z.object({ id: z.string(), name: z.string() }),
    renewAfterMs: z.int(),
  }),
  z.object({ type: z.literal("chat:message"), message: memberMessage }),
  z.object({
    type: z.literal("chat:history"),
    channelName: z.string(),
    /** Oldest first. */
    messages: z.array(memberMessage),
    hasMore: z.boolean(),
  }),
  z.object({
    type: z.literal("chat:typing"),
    channelName: z.string(),
    user: z.object({ id: z.string(), name: z.string() }),
  }),
  z.object({
    type: z.literal("chat:error"),
    message: z.string(),
    field: z.string().nullable(),
    clientId: z.string().nullable(),
  }),
]);
export type ChatFrame = z.infer<typeof chatFrame>;

/** The chat object as the API sees it. */
export interface MemberChatService {
  /** A person is gone: so is what they wrote. Returns how many messages that were. */
  forget(userId: string): Promise<number>;
}
