import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { type FeedNote, feedTextLength } from "#contracts/feed";
import { partOf } from "#contracts/overlay";
import type { EndState, OutboxRow, Outgoing } from "#durable-objects/channel/outbox";

export function eventNote(event: PlatformEvent, at: number): FeedNote {
  const { id, entityId, platform, type, user } = event;
  return {
    kind: "event",
    id: `in ${id}`,
    at,
    entityId,
    eventId: id,
    platform,
    type,
    user: { id: user.id, name: user.name },
    text: short(wordsOf(event)),
  };
}

export function decisionNote(execution: Execution): FeedNote {
  const { id, eventId, entityId, user, trigger, status, module, message, responses } = execution;
  return {
    kind: "decision",
    id: `why ${id}`,
    at: execution.finishedAt,
    entityId,
    eventId,
    executionId: id,
    type: execution.messageType,
    user: { id: user.id, name: user.name },
    trigger: short(trigger.text),
    status,
    module,
    message: message === null ? null : short(message),
    replies: responses.slice(0, 5).map(({ type, text }) => ({ type, text: short(text) })),
  };
}

export function effectNote(
  { key, eventId, body }: OutboxRow,
  { state, problem, entityId, at }: { state: EndState; problem: string | null; entityId: string; at: number },
): FeedNote {
  return {
    kind: "effect",
    id: `out ${key} ${state}`,
    at,
    entityId,
    eventId,
    effect: body.kind,
    state,
    text: short(effectWords(body)),
    problem: problem === null ? null : short(problem),
  };
}

function wordsOf(event: PlatformEvent): string {
  if ("text" in event) return event.text;
  if ("customId" in event) return event.customId;
  if ("bits" in event) return String(event.bits);
  if ("viewers" in event) return String(event.viewers);
  return "emoji" in event ? event.emoji : "";
}

/** Never an address: a webhook's may be a secret. */
function effectWords(body: Outgoing): string {
  switch (body.kind) {
    case "chat":
      return body.message.text;
    case "overlay":
      return partOf(body.response);
    case "registry":
      return "name" in body.effect ? `${body.effect.prefix}${body.effect.name}` : body.effect.type;
    case "webhook":
      return String(body.webhookIds.length);
    case "post":
    case "rule":
      return "";
  }
}

function short(text: string): string {
  const points = [...text];
  return points.length > feedTextLength ? `${points.slice(0, feedTextLength - 1).join("")}…` : text;
}
