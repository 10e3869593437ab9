import type { Platform } from "#contracts/platform";
import { actions } from "#platforms/kick/actions";
import { limits } from "#platforms/kick/limits";
import { oauth } from "#platforms/kick/oauth";
import { parse } from "#platforms/kick/parse";
import { send } from "#platforms/kick/send";
import { verify } from "#platforms/kick/verify";

/**
 * Variables of the edge: `KICK_PUBLIC_KEY` (PEM, published at https://api.kick.com/public/v1/public-key),
 * `KICK_WEBHOOK_SECRET` (only with a relay), `KICK_BOT_USER_ID` (by which our own lines are known).
 * Of the sender: `KICK_CLIENT_ID` and `KICK_CLIENT_SECRET` (to connect accounts), or `KICK_BOT_TOKEN` and
 * `KICK_BOT_CHANNEL_ID` (only if that token is a channel's own); `KICK_API_BASE`, `KICK_AUTH_BASE`.
 */
export const platform: Platform = {
  name: "kick",
  // Either key opens its own form of request, so neither alone is needed; with none, everything is refused (FUT-2).
  secrets: [],
  verify,
  parse,
  send,
  actions,
  oauth,
  limits,
  // Post Chat has no idempotency key: the same text sent twice is shown twice.
  isResendSafe: false,
};
