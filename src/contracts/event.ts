import * as z from "zod";
import { platformName } from "#contracts/platform-name";
import { replyTarget } from "#contracts/reply-target";
import { role } from "#contracts/role";

/** Who acted. `id` is the platform's own stable id; `login` and `name` are for display only. */
export const chatUser = z.object({
  id: z.string().min(1).max(255),
  login: z.string().max(255),
  name: z.string().max(255),
  /** The role the platform itself vouches for in this channel (broadcaster → owner), if any. */
  platformRole: role.optional(),
  badges: z.array(z.string().max(64)).max(32).default([]),
});
export type ChatUser = z.infer<typeof chatUser>;

const base = z.object({
  /** `platform:event id`; the inbox key. A platform's re-send carries the same id. */
  id: z.string().min(1).max(512),
  /** A second key where a platform repeats itself under another id (Slack: one post, two events). */
  semanticKey: z.string().max(512).optional(),
  platform: platformName,
  entityId: z.string().min(3).max(1024),
  user: chatUser,
  /** Epoch milliseconds: when our edge had it, and when the platform says it happened. */
  receivedAt: z.int().nonnegative(),
  occurredAt: z.int().nonnegative(),
  correlationId: z.string().max(64),
  /** Who caused it: a person on a platform, or the bot itself through an alias, rule, timer or workflow. */
  origin: z.enum(["platform", "api", "alias", "rule", "timer", "workflow"]).default("platform"),
  /** Loop guard: how often the bot itself has passed this on. */
  hops: z.int().min(0).max(5).default(0),
  /** Where the reply goes; absent where nothing can be said (a follow on a silent platform). */
  replyTo: replyTarget.optional(),
});

/** A chat line. 5,000 characters is the longest any supported platform sends (Slack cuts at 4,000). */
const chatMessage = base.extend({
  type: z.literal("chatMessage"),
  text: z.string().max(5000),
  messageId: z.string().max(255).optional(),
});

/** A native command (`/quote`, `/waddlebot quote`): already split, `text` is what chat would have said. */
const slashCommand = base.extend({
  type: z.literal("slashCommand"),
  text: z.string().max(5000),
  interactionId: z.string().max(255).optional(),
});

/** A click, choice or form: `customId` is `module:action:context`, and the context may itself contain `:`. */
const component = base.extend({
  type: z.enum(["interaction", "button_click", "select_menu", "modal_submit"]),
  customId: z.string().max(255),
  values: z.record(z.string().max(255), z.string().max(5000)).default({}),
});

const subscription = base.extend({
  type: z.enum(["subscription", "resub"]),
  tier: z.enum(["1", "2", "3"]).optional(),
  months: z.int().nonnegative().optional(),
  isGift: z.boolean().optional(),
});
const subgift = base.extend({
  type: z.literal("subgift"),
  count: z.int().positive(),
  tier: z.enum(["1", "2", "3"]).optional(),
  isAnonymous: z.boolean().default(false),
});
const cheer = base.extend({
  type: z.literal("cheer"),
  bits: z.int().positive(),
  isAnonymous: z.boolean().default(false),
});
const raid = base.extend({ type: z.enum(["raid", "host"]), viewers: z.int().nonnegative() });
const donation = base.extend({
  type: z.literal("donation"),
  /** In the currency's smallest unit. */
  amountMinor: z.int().nonnegative(),
  currency: z.string().length(3),
});
const voiceTime = base.extend({ type: z.literal("voice_time"), minutes: z.int().nonnegative() });
const reaction = base.extend({ type: z.literal("reaction"), emoji: z.string().max(255) });

/** Somebody spoke to the bot by name; `text` is what they said, the name left out. */
const appMention = base.extend({ type: z.literal("app_mention"), text: z.string().max(5000) });

/** Everything that carries no facts of its own beyond who, where and when. */
const plain = base.extend({
  type: z.enum([
    "follow",
    "member_join",
    "member_leave",
    "voice_join",
    "voice_leave",
    "boost",
    "ban",
    "kick",
    "timeout",
    "warn",
    "file_share",
    "channel_join",
    "stream_online",
    "stream_offline",
  ]),
});

/** Everything a platform can tell us, in our words. */
export const platformEvent = z.discriminatedUnion("type", [
  chatMessage,
  slashCommand,
  component,
  subscription,
  subgift,
  cheer,
  raid,
  donation,
  voiceTime,
  reaction,
  appMention,
  plain,
]);
export type PlatformEvent = z.infer<typeof platformEvent>;
export type MessageType = PlatformEvent["type"];

/** The valid `message_type` values: the 23 of the specification and the later ones (10-router §1.1). */
export const messageTypes: readonly MessageType[] = platformEvent.options.flatMap((option) => {
  const type = option.shape.type;
  return type instanceof z.ZodEnum ? type.options : [...type.values];
});
