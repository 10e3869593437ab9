import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import { makeEffectKey } from "#contracts/ids";
import type { Timer } from "#contracts/timer";
import type { CompanionParts } from "#durable-objects/channel/companions";
import { makeExecution } from "#durable-objects/channel/make-execution";
import { chatTarget } from "#durable-objects/channel/timers/timer-event";

/** A timer's own words into the outbox, behind everything somebody waits for, with a record of why they were said. */
export function sayTimer(
  timer: Timer,
  event: PlatformEvent,
  config: ChannelConfig,
  { outbox, traces, deps }: Pick<CompanionParts, "outbox" | "traces" | "deps">,
): void {
  const { id: eventId, entityId, correlationId } = event;
  const now = deps.now();
  const key = makeEffectKey(eventId, "timer", 0);
  const text = timer.payload;
  const message = {
    id: key,
    entityId,
    target: chatTarget(entityId),
    text,
    ephemeral: false,
    priority: "timer" as const,
    correlationId,
  };
  outbox.add({ key, eventId, body: { kind: "chat", message } }, 0, now);
  const record = makeExecution({
    event,
    config,
    first: undefined,
    call: undefined,
    calls: [],
    retryCount: 0,
    chain: [],
    responses: [{ key, response: { type: "chat", text } }],
    refusal: undefined,
    startedAt: now,
    finishedAt: now,
  });
  traces.add(
    { ...record, status: "success", trigger: { kind: "event", text: `timer ${timer.id}` } },
    event,
    true,
  );
}
