import type { PlatformEvent } from "#contracts/event";
import type { GatewayFrame } from "#contracts/gateway";
import type { Log } from "#lib/log";
import { timedOut, within } from "#lib/within";

/** Accepting only writes a row or a hundred; a channel that takes longer is in trouble. */
const acceptMs = 10_000;

export interface AcceptFramesDeps {
  parseFrame: (frame: GatewayFrame) => PlatformEvent[];
  /** Whether the claim a frame was heard under is, or was then, this gateway's. */
  isCovered: (frame: GatewayFrame) => boolean;
  /** Returns once the events are durable. */
  accept: (entityId: string, events: PlatformEvent[]) => Promise<unknown>;
  log: Log;
}

/**
 * Hands every event of a batch to its channel; what was heard under a claim that was over is left out, because the next
 * holder heard it, too. False unless all of it is stored: then nothing is acknowledged.
 */
export async function acceptFrames(
  frames: readonly GatewayFrame[],
  { parseFrame, isCovered, accept, log }: AcceptFramesDeps,
): Promise<boolean> {
  const covered = frames.filter(isCovered);
  if (covered.length < frames.length) {
    const details = {
      frames: frames.length - covered.length,
      reason: "the claim they were heard under is over",
    };
    log({ level: "WARNING", category: "AUTHZ", action: "gateway.fence", result: "DENIED", details });
  }
  const groups = Map.groupBy(parseAll(covered, parseFrame, log), ({ entityId }) => entityId);
  const results = await Promise.all(
    [...groups].map(async ([entityId, events]) => {
      try {
        if ((await within(accept(entityId, events), acceptMs)) !== timedOut) return true;
        fail(log, "gateway.accept", { entityId, reason: "took too long" });
      } catch (error) {
        fail(log, "gateway.accept", { entityId, error });
      }
      return false;
    }),
  );
  return results.every(Boolean);
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
