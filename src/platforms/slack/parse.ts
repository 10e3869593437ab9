import type { PlatformConfig, Receipt, WebhookRequest } from "#contracts/platform";
import { accepted, ignore } from "#platforms/slack/answers";
import { parseEventCallback } from "#platforms/slack/parse-event-callback";
import { parseInteractivity } from "#platforms/slack/parse-interactivity";
import { parseSlashCommand } from "#platforms/slack/parse-slash-command";
import { receivedBy } from "#platforms/slack/received";
import {
  appRateLimited,
  eventCallback,
  isSslCheck,
  parseJson,
  readForm,
  readJson,
  urlVerification,
} from "#platforms/slack/wire";

const challengeShape = /^[\x21-\x7e]{1,256}$/;

/** A verified Slack request in our words. Its content decides what it is; path and content type are not signed. */
export function parse(request: WebhookRequest, config: PlatformConfig): Receipt {
  // First, because it may be unsigned: whatever else such a form smuggles in is never looked at.
  if (isSslCheck(request.body)) return { kind: "answer", answer: accepted };
  const received = receivedBy(request);
  const form = readForm(request.body);
  if (form?.has("payload")) return parseInteractivity(parseJson(form.get("payload") ?? ""), received, config);
  if (form?.has("command")) return parseSlashCommand(Object.fromEntries(form), received, config);
  const body = readJson(request.body);
  const callback = eventCallback.safeParse(body);
  if (callback.success) return parseEventCallback(callback.data, received, config);
  if (appRateLimited.safeParse(body).success) return ignore("app rate limited");
  const verification = urlVerification.safeParse(body);
  if (!verification.success) return ignore("unknown payload");
  const { challenge } = verification.data;
  // The answer repeats what it was given, so it repeats nothing that a browser could take for anything but text.
  if (!challengeShape.test(challenge)) return ignore("odd challenge");
  return { kind: "answer", answer: { ...accepted, body: challenge } };
}
