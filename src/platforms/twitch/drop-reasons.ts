import { type Refusal, refuse } from "#contracts/outcome";

/**
 * Why Helix took a message with 200 and did not show it. Twitch publishes no list and changes the codes
 * (twitchdev/issues 962), so kinds are told by what the code speaks of; the spellings of IRC are among them.
 */
export type DropKind = "slow" | "rate" | "repeated" | "final";

export interface DropReason {
  code: string;
  message: string;
}

export function kindOfDrop({ code }: DropReason): DropKind {
  if (/slow/i.test(code)) return "slow";
  if (/rate_?limit|too_(fast|many)/i.test(code)) return "rate";
  return /duplicate|r9k|unique/i.test(code) ? "repeated" : "final";
}

const words: readonly (readonly [RegExp, string])[] = [
  [/ban/i, "The bot is banned in this channel."],
  [/timed?_?out/i, "The bot is timed out in this channel."],
  [/suspend|blocked/i, "Twitch does not let the bot speak in this channel."],
  [/follow/i, "Only followers may chat here, and the bot is none."],
  [/subs/i, "Only subscribers may chat here, and the bot is none."],
  [/emote/i, "Only emotes may be said here right now."],
  [/phone|email|verif/i, "This channel asks for a verified phone number or e-mail address of the bot."],
  [/rejected|automod|held/i, "AutoMod holds the message back."],
];

/** In words for whoever looks why the bot was silent. `waitMs` only where waiting helps. */
export function refuseDrop(drop: DropReason, waitMs?: number): Refusal {
  const own = words.find(([shape]) => shape.test(drop.code))?.[1];
  const message =
    [own, drop.message.slice(0, 200)].filter(Boolean).join(" ") || "Twitch dropped the message.";
  return waitMs === undefined
    ? refuse("forbidden", { message })
    : refuse("rate_limited", { message, retryAfterMs: waitMs });
}

/** Slow mode says in its text how long it takes; a second where it does not, two minutes at most. */
export function slowModeMs({ message }: DropReason): number {
  const seconds = Number(/(\d{1,4})\s*(?:more\s+)?seconds?/i.exec(message)?.[1] ?? 1);
  return Math.min(Math.max(seconds, 1), 120) * 1000;
}
