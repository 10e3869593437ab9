import * as z from "zod";
import { simulatedPlatforms } from "#simulators/demo";
import { viewers } from "#simulators/viewers";

const viewer = z.string().refine((id) => viewers.some((one) => one.id === id), "no demo viewer has this id");

/** `POST /rehearsal/say`. */
export const sayInput = z.object({
  platform: z.enum(simulatedPlatforms),
  viewer,
  text: z.string().trim().min(1).max(4000),
  as: z.enum(["message", "slash"]).optional(),
});
export type SayInput = z.infer<typeof sayInput>;

/** `POST /rehearsal/event`. */
export const eventInput = z.object({
  platform: z.literal("twitch"),
  viewer,
  kind: z.enum(["follow", "subscription", "raid", "cheer"]),
  amount: z.int().min(1).max(1_000_000).optional(),
});

/** `GET /rehearsal/why`. */
export const whyInput = z.object({
  eventId: z.string().min(1).max(512),
  entityId: z.string().min(1).max(1024),
});

/** What a refused input is answered with: a sentence, and the field it is about. */
export interface InputProblem {
  message: string;
  field: string;
}

/** How a line reaches the platform, or why it cannot. */
export type SayPlan =
  | {
      via: "twitch-chat" | "slack-chat" | "slack-slash" | "discord-command" | "kick-chat" | "youtube-chat";
      text: string;
    }
  | { problem: InputProblem };

const longest = { twitch: 500, slack: 4000, discord: 2000, kick: 500, youtube: 200 } as const;
/** Where a bot has no slash commands, and what the platform is called. */
const chatOnly = { twitch: "Twitch", kick: "Kick", youtube: "YouTube" } as const;
const slackCommand = /^\/waddlebot(?:\s+|$)/;

/** What each platform lets a person type, decided without sending anything. */
export function planSay({ platform, text, as }: SayInput): SayPlan {
  const refuse = (field: string, message: string): SayPlan => ({ problem: { field, message } });
  if ([...text].length > longest[platform]) {
    return refuse("text", `A message here has at most ${longest[platform]} characters.`);
  }
  if (platform === "twitch" || platform === "kick" || platform === "youtube") {
    if (as !== "slash") return { via: `${platform}-chat`, text };
    return refuse("as", `${chatOnly[platform]} has no slash commands of bots. Write !quote instead.`);
  }
  if (platform === "discord") {
    if (as !== "message" && /^[!/][^\s!/]/.test(text)) return { via: "discord-command", text };
    const field = as === "message" ? "as" : "text";
    return refuse(
      field,
      "Without the message content permission the bot sees only slash commands on Discord. Start with / or !, for example /quote.",
    );
  }
  if (as === "slash" || (as === undefined && slackCommand.test(text))) {
    return { via: "slack-slash", text: text.replace(slackCommand, "") };
  }
  if (as === undefined && text.startsWith("/")) {
    return refuse("text", "The only slash command of this workspace is /waddlebot.");
  }
  return { via: "slack-chat", text };
}

/** The first thing wrong with an input, in words. */
export function firstProblem(error: z.ZodError): InputProblem {
  const [issue] = error.issues;
  return { field: issue?.path.join(".") || "body", message: issue?.message ?? "This is not valid." };
}
