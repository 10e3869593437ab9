import type { Platform } from "#contracts/platform";
import { actions } from "#platforms/twitch/actions/index";
import { keeper } from "#platforms/twitch/eventsub/keeper";
import { limits } from "#platforms/twitch/limits";
import { oauth } from "#platforms/twitch/oauth";
import { parse } from "#platforms/twitch/parse";
import { send } from "#platforms/twitch/send";
import { signIn } from "#platforms/twitch/sign-in";
import { verify } from "#platforms/twitch/verify";

export const platform: Platform = {
  name: "twitch",
  secrets: ["TWITCH_EVENTSUB_SECRET"],
  verify,
  parse,
  send: (message, context) => send(message, context),
  actions,
  oauth,
  signIn,
  subscriptions: keeper,
  limits,
  // Helix has no idempotency key: the same text sent twice is shown twice.
  isResendSafe: false,
};
