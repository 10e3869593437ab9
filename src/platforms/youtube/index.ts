import type { Platform } from "#contracts/platform";
import { actions } from "#platforms/youtube/actions";
import { limits } from "#platforms/youtube/limits";
import { liveChat } from "#platforms/youtube/live-chat";
import { oauth } from "#platforms/youtube/oauth";
import { parse, parseQuestion } from "#platforms/youtube/parse";
import { send } from "#platforms/youtube/send";
import { verify } from "#platforms/youtube/verify";

/**
 * YouTube Live. Variables of the edge: `YOUTUBE_WEBSUB_SECRET`. Of the sender: the same, `YOUTUBE_API_KEY`,
 * `YOUTUBE_CLIENT_ID`, `YOUTUBE_CLIENT_SECRET`, `YOUTUBE_BOT_CHANNEL_ID` (by which our own lines are known).
 */
export const platform: Platform = {
  name: "youtube",
  secrets: ["YOUTUBE_WEBSUB_SECRET"],
  verify,
  parse,
  parseQuestion,
  liveChat,
  send,
  actions,
  oauth,
  limits,
  // liveChatMessages.insert has no idempotency key: the same text sent twice is shown twice.
  isResendSafe: false,
};
