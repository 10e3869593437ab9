import type { Platform } from "#contracts/platform";
import { limits } from "#platforms/slack/limits";
import { parse } from "#platforms/slack/parse";
import { reply } from "#platforms/slack/reply";
import { send } from "#platforms/slack/send";
import { verify } from "#platforms/slack/verify";

export const platform: Platform = {
  name: "slack",
  secrets: ["SLACK_SIGNING_SECRET"],
  verify,
  parse,
  reply,
  send,
  limits,
  // Slack has no idempotency key: the same text sent twice is shown twice.
  isResendSafe: false,
};
