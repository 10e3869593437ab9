import type { Execution } from "#contracts/execution";
import { must } from "#lib/must";
import { stageChannels } from "#simulators/demo";
import { describeExecution, isSettled } from "#tools/send/describe-execution";
import type { SendOrder } from "#tools/send/send-arguments";
import { type Dispatched, type Line, openStage, type Stage } from "#tools/send/stage";

const limitMs = 3000;
const pauseMs = 50;

export interface Outside {
  fetch: typeof fetch;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
  write(line: string): void;
}

/** Lets the platform send it and tells what came of it within 3 s. False when the bot has no record of it by then. */
export async function sendOne(order: SendOrder, origin: URL, outside: Outside): Promise<boolean> {
  const { platform, viewer, what } = order;
  const { write } = outside;
  const stage = openStage(origin, outside.fetch);
  const path = "text" in what ? "say" : "event";
  const sent = await stage.perform(path, { platform, viewer: viewer.id, ...what });
  write(`${viewer.name} on ${platform}: ${"text" in what ? what.text : what.kind}`);
  const channel = must(
    stageChannels.find((one) => one.platform === platform),
    "demo channel",
  );
  const { line, record } = await follow(stage, sent, channel.entityId, outside);
  write(describeDelivery(line));
  if (record) for (const text of describeExecution(record, viewer.name)) write(text);
  else if (line?.delivery === "delivered")
    write(`WaddleBot has no record of it after ${limitMs / 1000} s: see .data/logs/workers.log`);
  return record !== null;
}

interface Outcome {
  line: Line | undefined;
  record: Execution | null;
}

async function follow(
  stage: Stage,
  { eventId, messageId }: Dispatched,
  entityId: string,
  { now, sleep }: Outside,
): Promise<Outcome> {
  const end = now() + limitMs;
  for (;;) {
    const [line, record] = await Promise.all([stage.lineOf(messageId), stage.whyOf(eventId, entityId)]);
    const isLost = line?.delivery === "refused" || line?.delivery === "failed";
    const isDone = line?.delivery === "delivered" && record !== null && isSettled(record);
    if (isLost || isDone || now() >= end) return { line, record };
    await sleep(pauseMs);
  }
}

function describeDelivery(line: Line | undefined): string {
  const { delivery, attempts = 1 } = line ?? {};
  const tries = attempts === 1 ? "at the first try" : `after ${attempts} tries`;
  switch (delivery) {
    case "delivered":
      return `The edge took it ${tries}.`;
    case "refused":
      return `The edge refused it ${tries}: see .data/logs/workers.log`;
    case "failed":
      return `The edge did not take it, and the platform gave up ${tries}: see .data/logs/workers.log`;
    case undefined:
      return `The edge has not taken it within ${limitMs / 1000} s; the platform goes on trying.`;
  }
}
