import type { PlatformEvent } from "#contracts/event";
import type { GatewayFrame, GatewayGap } from "#contracts/gateway";
import type { Log } from "#lib/log";
import { timedOut, within } from "#lib/within";

/**
 * A batch for more channels than these is acknowledged once it is in the journal, as one write, and goes on from there:
 * a hundred channels are a hundred writes, and what comes behind would wait for all of them.
 */
const directChannels = 8;

/** Accepting only writes a row or a hundred; a channel that takes longer is in trouble. */
const acceptMs = 10_000;

/** The way on for what is kept here first. */
export interface Onward {
  /** Events kept and not in their channels yet. */
  readonly waiting: number;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
  /** Durable with the writes of this turn. */
  take(events: readonly PlatformEvent[]): void;
}

export interface AcceptFramesDeps {
  parseFrame: (frame: GatewayFrame) => PlatformEvent[];
  /** Whether the claim a frame was heard under is, or was then, this gateway's. */
  isCovered: (frame: GatewayFrame) => boolean;
  /** Returns once the events are durable. */
  accept: (entityId: string, events: PlatformEvent[]) => Promise<unknown>;
  /** Returns once it is durable that nobody listened. */
  noteGap: (frame: GatewayFrame, gap: GatewayGap) => Promise<unknown>;
  handOver: Onward;
  log: Log;
}

/**
 * Hands every event of a batch to its channel; what was heard under a claim that was over is left out, because the next
 * holder heard it, too. False unless all of it is stored, in its channels or on its way to them: then nothing is acknowledged.
 */
export async function acceptFrames(
  frames: readonly GatewayFrame[],
  { parseFrame, isCovered, accept, noteGap, handOver, log }: AcceptFramesDeps,
): Promise<boolean> {
  const covered = frames.filter(isCovered);
  if (covered.length < frames.length) {
    const details = {
      frames: frames.length - covered.length,
      reason: "the claim they were heard under is over",
    };
    log({ level: "WARNING", category: "AUTHZ", action: "gateway.fence", result: "DENIED", details });
  }
  const noted = covered.flatMap(({ gap, ...frame }) => {
    const { connection, platform } = frame;
    return gap ? [isDone(() => noteGap(frame, gap), log, "gateway.gap", { platform, connection })] : [];
  });
  const heard = covered.filter(({ gap }) => !gap);
  const events = parseAll(heard, parseFrame, log);
  const groups = Map.groupBy(events, ({ entityId }) => entityId);
  if (groups.size <= directChannels && handOver.waiting === 0) {
    const accepted = [...groups].map(([entityId, group]) =>
      isDone(() => accept(entityId, group), log, "gateway.accept", { entityId }),
    );
    return (await Promise.all([...accepted, ...noted])).every(Boolean);
  }
  if (!(await Promise.all(noted)).every(Boolean)) return false;
  await handOver.room();
  handOver.take(events);
  return true;
}

async function isDone(
  store: () => Promise<unknown>,
  log: Log,
  action: string,
  details: Record<string, unknown>,
): Promise<boolean> {
  try {
    if ((await within(store(), acceptMs)) !== timedOut) return true;
    fail(log, action, { ...details, reason: "took too long" });
  } catch (error) {
    fail(log, action, { ...details, error });
  }
  return false;
}

function parseAll(
  frames: readonly GatewayFrame[],
  parseFrame: AcceptFramesDeps["parseFrame"],
  log: Log,
): PlatformEvent[] {
  return frames.flatMap((frame) => {
    try {
      return parseFrame(frame);
    } catch (error) {
      // Parsers are total; one that is not must not let one frame stop all that come behind it.
      fail(log, "gateway.parse", { platform: frame.platform, frame: frame.id, error });
      return [];
    }
  });
}

function fail(log: Log, action: string, details: Record<string, unknown>): void {
  log({ level: "ERROR", category: "ERROR", action, result: "FAILURE", details });
}
