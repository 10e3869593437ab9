import type { Platform } from "#contracts/platform";
import { actions } from "#platforms/discord/actions/index";
import { syncCommands } from "#platforms/discord/commands/sync";
import { parseFrame } from "#platforms/discord/gateway/parse-frame";
import { limits } from "#platforms/discord/limits";
import { oauth } from "#platforms/discord/oauth";
import { parse } from "#platforms/discord/parse";
import { reply } from "#platforms/discord/reply";
import { send } from "#platforms/discord/send";
import { signIn } from "#platforms/discord/sign-in";
import { suggest } from "#platforms/discord/suggest";
import { verify } from "#platforms/discord/verify";

export const platform: Platform = {
  name: "discord",
  secrets: ["DISCORD_PUBLIC_KEY"],
  verify,
  parse,
  parseFrame,
  reply,
  suggest,
  send,
  actions,
  syncCommands,
  oauth,
  signIn,
  limits,
  // Channel messages carry an enforced nonce, but follow-ups to an interaction have none and would be shown twice.
  isResendSafe: false,
};
