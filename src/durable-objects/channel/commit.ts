import { componentId } from "#contracts/component-id";
import type { PlatformEvent } from "#contracts/event";
import type { ReplyTarget } from "#contracts/reply-target";
import type { ChatResponse, FormResponse } from "#contracts/response";
import type { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import type { Cooldowns } from "#durable-objects/channel/cooldowns";
import type { Handled, KeyedResponse } from "#durable-objects/channel/handled";
import { sessionIdOf } from "#durable-objects/channel/make-execution";
import type { Outbox, OutboxRow, Outgoing } from "#durable-objects/channel/outbox";
import type { RateWindows, Use } from "#durable-objects/channel/rate-windows";
import type { RuleHits } from "#durable-objects/channel/rule-hits";
import type { Sessions } from "#durable-objects/channel/sessions";
import type { Traces } from "#durable-objects/channel/traces";

export interface CommitParts {
  outbox: Outbox;
  traces: Traces;
  config: ChannelConfigStore;
  cooldowns: Cooldowns;
  windows: RateWindows;
  sessions: Sessions;
  ruleHits: RuleHits;
}

/** The answer of somebody who waits: words, and a form where the platform shows one at once. */
export interface Inline {
  replies: ChatResponse[];
  form?: FormResponse;
}

export interface CommitOptions {
  /** What is collected here goes back as the platform's own answer instead of the outbox. */
  inline?: Inline;
  /** Only the responses: the event is tried again, and its record is written when it is done. */
  isPartial?: boolean;
  /** No chat row is before these, so they are written as already on their way. */
  mayGoAtOnce: boolean;
  /** False for an event handled once more by hand. */
  counts: boolean;
  /** What the first try counted against limits. */
  uses: readonly Use[];
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
    if (isReady) ready.push({ ...row, attempts: 0, at: now });
  };
  const isInline = ({ response }: KeyedResponse) =>
    inline !== undefined && response.type === "chat" && !goesToAll(response, event);
  for (const keyed of handled.responses) {
    if (inline && !inline.form && keyed.response.type === "form" && isAskedAtOnce(keyed.response, event)) {
      inline.form = keyed.response;
      continue;
    }
    if (keyed.response.type === "chat" && isInline(keyed)) inline?.replies.push(keyed.response);
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
  traces.add(inline ? withInlineStates(handled) : handled.execution, event, options.counts, options.uses);
  return ready;
}

/**
 * Cooldowns and limits count a command from its first try, whatever becomes of it: else a module that hangs could be
 * called again and again by one person, and a later try would be refused by a command that came after it.
 */
export function noteUse({ ranCommands }: Handled, { cooldowns, windows }: CommitParts, now: number): Use[] {
  return ranCommands.flatMap(({ userKey, role, command }) => {
    cooldowns.start(userKey, role, command, now);
    return windows.take(userKey, command, now) ?? [];
  });
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
  const { entityId, correlationId, replyTo: target } = event;
  const message = { id: key, entityId, priority: "reply" as const, correlationId };
  const trigger = triggerOf(target);
  if (response.type === "form" && trigger && componentId.safeParse(response.submitUrl).success) {
    const text = response.title || "Form";
    return {
      kind: "chat",
      message: { ...message, target: trigger, text, ephemeral: true, form: response },
      heardAt: event.receivedAt,
    };
  }
  if (response.type !== "chat") return { kind: "overlay", key, communityId, response };
  if (!target) return undefined;
  const { text, ephemeral = false } = response;
  return { kind: "chat", message: { ...message, target, text, ephemeral }, heardAt: event.receivedAt };
}

/** The answer to a form that was sent in is for its sender alone there; what is for all goes into the channel. */
function goesToAll({ ephemeral = false }: ChatResponse, { type, replyTo }: PlatformEvent): boolean {
  return type === "modal_submit" && replyTo?.kind === "chat" && !ephemeral;
}

/** Inputs of the smallest form any platform shows (Discord's modal); a larger one goes where it always went. */
const maxInlineFields = 5;

/** An interaction's own answer may be a form that comes back to a module, unless it answers a form. */
function isAskedAtOnce({ submitUrl, fields }: FormResponse, { type, replyTo }: PlatformEvent): boolean {
  if (replyTo?.kind !== "interaction" || type === "modal_submit") return false;
  return fields.length <= maxInlineFields && componentId.safeParse(submitUrl).success;
}

/** Where a form can be shown to whoever caused the event; undefined where it goes onto the overlay. */
function triggerOf(target: ReplyTarget | undefined): ReplyTarget | undefined {
  if (!target || target.kind === "interaction" || target.triggerId === undefined) return undefined;
  if (target.kind === "chat") return target;
  const { platform, channel, server, triggerId } = target;
  return channel === undefined ? undefined : { kind: "chat", platform, channel, server, triggerId };
}
