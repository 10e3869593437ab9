import * as z from "zod";

const line = (max: number) => z.string().min(1).max(max);
const seconds = z.int().min(1).max(600);
/** Higher goes first; where a queue is full, the lowest is dropped (OBS-3). */
const priority = z.int().min(0).max(1000);
const picture = z.url({ protocol: /^https$/ }).max(2000);

/** Who did what on the stream. `text` is what is shown below the name; it is written by us, the name by a stranger. */
export const alertContent = z.object({
  type: z.literal("alert"),
  kind: z.enum(["follow", "subscription", "gift", "raid", "cheer", "donation"]),
  name: line(100),
  text: z.string().max(200).default(""),
  durationSeconds: seconds.default(8),
  priority: priority.default(200),
});

/** What is played now; the newest takes the place of the one before. Nothing is played where `isPlaying` is false. */
export const musicContent = z.object({
  type: z.literal("music"),
  title: line(200),
  artist: z.string().max(200).default(""),
  album: z.string().max(200).default(""),
  artUrl: picture.optional(),
  durationSeconds: z.number().min(0).max(86_400).optional(),
  positionSeconds: z.number().min(0).max(86_400).default(0),
  isPlaying: z.boolean().default(true),
});

/** How far a goal is; the newest takes the place of the one before. */
export const goalContent = z.object({
  type: z.literal("goal"),
  title: line(100),
  current: z.number().min(0).max(1e12),
  target: z.number().positive().max(1e12),
  unit: z.string().max(20).default(""),
});

/** What was said on stream. One that is not final is replaced by the next. */
export const captionContent = z.object({
  type: z.literal("caption"),
  text: line(500),
  speaker: z.string().max(100).default(""),
  isFinal: z.boolean().default(true),
});

/** One line of a chat, for the chat box; as it was said. */
export const chatLine = z.object({
  type: z.literal("line"),
  platform: line(32),
  name: line(255),
  text: line(500),
  badges: z.array(z.string().max(64)).max(8).default([]),
});
export type ChatLine = z.infer<typeof chatLine>;
