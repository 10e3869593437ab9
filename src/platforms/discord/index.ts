import type { Platform } from "#contracts/platform";
import { limits } from "#platforms/discord/limits";
import { parse } from "#platforms/discord/parse";
import { reply } from "#platforms/discord/reply";
import { send } from "#platforms/discord/send";
import { verify } from "#platforms/discord/verify";

export const platform: Platform = {
  name: "discord",
  secrets: ["DISCORD_PUBLIC_KEY"],
  verify,
  parse,
  reply,
  send,
  limits,
  // Channel messages carry an enforced nonce, but follow-ups to an interaction have none and would be shown twice.
  isResendSafe: false,
};
