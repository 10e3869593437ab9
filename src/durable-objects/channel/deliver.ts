import type { Outcome } from "#contracts/outcome";
import type { SentMessage } from "#contracts/sender";
import type { EndState, Outbox, OutboxRow, Outgoing } from "#durable-objects/channel/outbox";

/** After this many tries a row is given up and says why. */
export const maxAttempts = 5;
const firstWaitMs = 1000;
/** A reply that comes later than this answers nobody. */
const chatPatienceMs = 60_000;

export interface DeliverDeps {
  now(): number;
  /** Carries one row out; never throws. */
  carry(body: Outgoing): Promise<Outcome<SentMessage>>;
  onGivenUp(row: OutboxRow, note: string): void;
  /** `problem` is null for what went well. */
  onEnded(row: OutboxRow, state: EndState, problem: string | null): void;
}

/**
 * Sends what may go now, in order, one at a time per kind. A chat row is marked before it leaves: if this object dies
 * in between, nobody knows whether it was heard, and that is then said instead of guessed. `ready` rows are marked already.
 */
export async function deliverDue(
  outbox: Outbox,
  kind: Outgoing["kind"],
  ready: readonly OutboxRow[],
  deps: DeliverDeps,
): Promise<void> {
  for (const row of ready) settle(outbox, row, await deps.carry(row.body), deps);
  for (let row = outbox.due(kind, deps.now()); row; row = outbox.due(kind, deps.now())) {
    // Overlay frames and registry rows are idempotent by key, so they need no mark.
    if (kind === "chat") outbox.mark(row.key, "sending", null);
    settle(outbox, row, await deps.carry(row.body), deps);
  }
}

function settle(outbox: Outbox, row: OutboxRow, outcome: Outcome<SentMessage>, deps: DeliverDeps): void {
  if (outcome.ok) {
    outbox.mark(row.key, "sent", outcome.value.platformMessageIds.join(" "));
    return deps.onEnded(row, "sent", null);
  }
  const note = outcome.message ?? outcome.code;
  if (outcome.code === "unknown") {
    // What was said may have been heard; what was shown or registered can simply be repeated.
    if (row.body.kind !== "chat") return retry(outbox, row, outcome.retryAfterMs, note, deps);
    outbox.mark(row.key, "unknown", note);
    return deps.onEnded(row, "unknown", note);
  }
  const { code, retryAfterMs } = outcome;
  if (row.body.kind === "chat" && code === "rate_limited" && retryAfterMs !== undefined) {
    return wait(outbox, row, retryAfterMs, note, deps);
  }
  const isTransient =
    outcome.code === "rate_limited" || outcome.code === "unavailable" || outcome.code === "timeout";
  if (!isTransient) return giveUp(outbox, row, note, deps);
  return retry(outbox, row, outcome.retryAfterMs, note, deps);
}

function retry(
  outbox: Outbox,
  row: OutboxRow,
  retryAfterMs: number | undefined,
  note: string,
  deps: DeliverDeps,
): void {
  // What only waits for the database waits as long as it takes; anything else is stale after five tries.
  const waitsForDatabase = row.body.kind === "registry" || row.body.kind === "rule";
  if (row.attempts + 1 >= maxAttempts && !waitsForDatabase) return giveUp(outbox, row, note, deps);
  const waitMs = Math.min(retryAfterMs ?? firstWaitMs * 2 ** row.attempts, 60_000);
  outbox.postpone(row.key, deps.now() + waitMs, note, true);
}

/** It was told when its turn comes, which is no failure: a channel that may say one line a second loses none of twenty. */
function wait(outbox: Outbox, row: OutboxRow, retryAfterMs: number, note: string, deps: DeliverDeps): void {
  const nextAt = deps.now() + retryAfterMs;
  if (nextAt - row.at > chatPatienceMs) return giveUp(outbox, row, note, deps);
  outbox.postpone(row.key, nextAt, note, false);
}

function giveUp(outbox: Outbox, row: OutboxRow, note: string, deps: DeliverDeps): void {
  outbox.mark(row.key, "failed", note);
  deps.onGivenUp(row, note);
  deps.onEnded(row, "failed", note);
}
