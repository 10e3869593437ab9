import { createHash } from "node:crypto";
import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { type WebhookMessage, webhookPayloadVersion } from "#contracts/outgoing-webhook";

type Community = ChannelConfig["community"];

/** Characters of one body, a quarter of a megabyte in the worst of scripts. */
const mostBody = 65_536;

/** What strangers are told of an event beside who, where and when. Whatever is not named here stays with us. */
export const toldFacts = {
  text: "text",
  messageId: "message_id",
  customId: "custom_id",
  values: "values",
  tier: "tier",
  months: "months",
  isGift: "is_gift",
  count: "count",
  isAnonymous: "is_anonymous",
  bits: "bits",
  viewers: "viewers",
  amountMinor: "amount_minor",
  currency: "currency",
  minutes: "minutes",
  emoji: "emoji",
} as const;

/** One platform event for the webhooks that asked for its type. Holds no capability: neither reply token nor response url. */
export function eventMessage(event: PlatformEvent, community: Community): WebhookMessage {
  const facts: Readonly<Record<string, unknown>> = event;
  const told = Object.entries(toldFacts).flatMap(([ours, theirs]) =>
    facts[ours] === undefined ? [] : [[theirs, facts[ours]] as const],
  );
  const { id, login, name } = event.user;
  const { type, platform, entityId, occurredAt } = event;
  const of = `${entityId}\n${event.id}`;
  const place = { event_id: event.id, platform, entity_id: entityId, community, user: { id, login, name } };
  const message = makeMessage(of, type, occurredAt, { ...place, ...Object.fromEntries(told) });
  // A form may hold any number of long fields; what was said is then left to whoever asks for the event.
  return message.body.length <= mostBody
    ? message
    : makeMessage(of, type, occurredAt, { ...place, is_cut: true });
}

/** A command that was decided on, whatever the decision; undefined for everything else. */
export function commandMessage(execution: Execution, community: Community): WebhookMessage | undefined {
  const { id, entityId, eventId, user, trigger, status, code, module, handler, chain } = execution;
  if (trigger.kind !== "command") return undefined;
  const { startedAt, finishedAt } = execution;
  return makeMessage(`${entityId}\n${eventId}\nexecution`, "command.executed", finishedAt, {
    execution_id: id,
    event_id: eventId,
    entity_id: entityId,
    community,
    user,
    command: trigger.text,
    module,
    handler,
    status,
    code,
    chain,
    duration_ms: finishedAt - startedAt,
  });
}

/** An event of ours about the webhook itself. `of` must differ for each one made. */
export function ownMessage(
  type: "webhook.test" | "webhook.verification",
  of: string,
  now: number,
  data: object,
): WebhookMessage {
  return makeMessage(`${type}\n${of}`, type, now, data);
}

/** The id is made of what happened, so that the same event has the same id on every attempt and in every life. */
function makeMessage(of: string, type: string, at: number, data: object): WebhookMessage {
  const id = `msg_${createHash("sha256").update(of).digest("hex").slice(0, 32)}`;
  const timestamp = new Date(at).toISOString();
  const body = JSON.stringify({ type, version: webhookPayloadVersion, timestamp, data });
  return { id, type, body };
}
