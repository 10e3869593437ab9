import type { Platform } from "#contracts/platform";
import { actions } from "#platforms/slack/actions/index";
import { limits } from "#platforms/slack/limits";
import { askName } from "#platforms/slack/names";
import { oauth } from "#platforms/slack/oauth";
import { parse } from "#platforms/slack/parse";
import { parseFrame } from "#platforms/slack/parse-frame";
import { reply } from "#platforms/slack/reply";
import { send } from "#platforms/slack/send";
import { signIn } from "#platforms/slack/sign-in";
import { verify } from "#platforms/slack/verify";

export const platform: Platform = {
  name: "slack",
  secrets: ["SLACK_SIGNING_SECRET"],
  verify,
  parse,
  parseFrame,
  reply,
  send,
  nameOf: askName,
  actions,
  oauth,
  signIn,
  limits,
  // Slack has no idempotency key: the same text sent twice is shown twice.
  isResendSafe: false,
};
