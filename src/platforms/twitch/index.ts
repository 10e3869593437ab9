import type { Platform } from "#contracts/platform";
import { limits } from "#platforms/twitch/limits";
import { parse } from "#platforms/twitch/parse";
import { send } from "#platforms/twitch/send";
import { verify } from "#platforms/twitch/verify";

export const platform: Platform = {
  name: "twitch",
  secrets: ["TWITCH_EVENTSUB_SECRET"],
  verify,
  parse,
  send,
  limits,
  // Helix has no idempotency key: the same text sent twice is shown twice.
  isResendSafe: false,
};
