import type { PlatformEvent } from "#contracts/event";
import type { ChatResponse } from "#contracts/response";
import type { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import type { Cooldowns } from "#durable-objects/channel/cooldowns";
import { sessionIdOf } from "#durable-objects/channel/make-execution";
import type { Outbox, OutboxRow, Outgoing } from "#durable-objects/channel/outbox";
import type { RateWindows } from "#durable-objects/channel/rate-windows";
import type { RuleHits } from "#durable-objects/channel/rule-hits";
import type { Sessions } from "#durable-objects/channel/sessions";
import type { Traces } from "#durable-objects/channel/traces";
import type { Handled, KeyedResponse } from "#durable-objects/channel/walk";

export interface CommitParts {
  outbox: Outbox;
  traces: Traces;
  config: ChannelConfigStore;
  cooldowns: Cooldowns;
  windows: RateWindows;
  sessions: Sessions;
  ruleHits: RuleHits;
}

export interface CommitOptions {
  /** Chat replies collected here go back as the platform's own answer instead of the outbox. */
  inline?: ChatResponse[];
  /** Only the responses: the event is tried again, and its record is written when it is done. */
  isPartial?: boolean;
  /** No chat row is before these, so they are written as already on their way. */
  mayGoAtOnce: boolean;
  /** False for an event handled once more by hand. */
  counts: boolean;
  /** The session could not be kept: told, and the event is done all the same (SES-3). */
  onSessionLost(error: unknown): void;
  now: number;
}

/** Writes down what an event led to. Runs inside the caller's transaction, so all of it happens or nothing. */
export function commitHandled(
  event: PlatformEvent,
  handled: Handled,
  parts: CommitParts,
  options: CommitOptions,
): OutboxRow[] {
  const { outbox, traces, config, sessions, ruleHits } = parts;
  const { now, inline } = options;
  const { communityId } = handled.execution;
  if (communityId === null) throw new Error(`handled without a community: ${event.id}`);
  const ready: OutboxRow[] = [];
  let rank = 0;
  const put = (key: string, body: Outgoing) => {
    const row = { key, eventId: event.id, body };
    const isReady = body.kind === "chat" && options.mayGoAtOnce;
    outbox.add(row, rank++, now, isReady ? "sending" : "new");
    if (isReady) ready.push({ ...row, attempts: 0 });
  };
  const isInline = ({ response }: KeyedResponse) => inline !== undefined && response.type === "chat";
  for (const keyed of handled.responses) {
    if (keyed.response.type === "chat" && inline) inline.push(keyed.response);
    const body = isInline(keyed) ? undefined : toOutgoing(keyed, event, communityId);
    if (body) put(keyed.key, body);
  }
  for (const { key, module, effect } of handled.registry)
    put(key, { kind: "registry", communityId, module, effect });
  for (const { key, url, headers, body } of handled.posts) {
    put(key, { kind: "post", url, headers, body: JSON.stringify(body) });
  }
  if (options.isPartial) return ready;
  config.apply(handled.registry);
  ruleHits.add(handled.execution.rules, event, now);
  if (handled.opensSession) {
    try {
      sessions.open(sessionIdOf(event), event, now);
    } catch (error) {
      options.onSessionLost(error);
    }
  }
  traces.add(inline ? withInlineStates(handled) : handled.execution, event, options.counts);
  return ready;
}

/**
 * Cooldowns and limits count a command from its first try, whatever becomes of it: else a module that hangs could be
 * called again and again by one person, and a later try would be refused by a command that came after it.
 */
export function noteUse({ ranCommands }: Handled, { cooldowns, windows }: CommitParts, now: number): void {
  for (const { userKey, role, command } of ranCommands) {
    cooldowns.start(userKey, role, command, now);
    windows.take(userKey, command, now);
  }
}

function withInlineStates({ execution }: Handled): Handled["execution"] {
  const responses = execution.responses.map((shown) =>
    shown.type === "chat" ? { ...shown, state: "inline" as const } : shown,
  );
  return { ...execution, responses };
}

/** Undefined where nothing can be said. */
export function toOutgoing(
  { key, response }: KeyedResponse,
  event: PlatformEvent,
  communityId: number,
): Outgoing | undefined {
  if (response.type !== "chat")
    return { kind: "overlay", key, communityId, overlayType: response.type, response };
  if (!event.replyTo) return undefined;
  const { text, ephemeral = false } = response;
  const { entityId, correlationId, replyTo: target } = event;
  return {
    kind: "chat",
    message: { id: key, entityId, target, text, ephemeral, priority: "reply", correlationId },
  };
}
