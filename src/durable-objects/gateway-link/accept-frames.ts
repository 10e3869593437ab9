import type { PlatformEvent } from "#contracts/event";
import type { GatewayFrame } from "#contracts/gateway";
import type { Log } from "#lib/log";
import { timedOut, within } from "#lib/within";

/** Accepting only writes a row or a hundred; a channel that takes longer is in trouble. */
const acceptMs = 10_000;

export interface AcceptFramesDeps {
  parseFrame: (frame: GatewayFrame) => PlatformEvent | undefined;
  /** Returns once the events are durable. */
  accept: (entityId: string, events: PlatformEvent[]) => Promise<unknown>;
  log: Log;
}

/** Hands every event of a batch to its channel. False unless all of it is stored: then nothing is acknowledged. */
export async function acceptFrames(
  frames: readonly GatewayFrame[],
  { parseFrame, accept, log }: AcceptFramesDeps,
): Promise<boolean> {
  const groups = Map.groupBy(parseAll(frames, parseFrame, log), ({ entityId }) => entityId);
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
      return parseFrame(frame) ?? [];
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
