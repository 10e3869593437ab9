import { type ConnectionReport, maxReports } from "#contracts/gateway";
import type { Source } from "#gateway/source";

const maxReason = 300;

/** What the edge is told of the connections with each renewal: their owners see it in the hub. */
export function reportsOf(sources: readonly Pick<Source, "health">[]): ConnectionReport[] {
  const all = sources.flatMap((source) => source.health());
  return all
    .slice(0, maxReports)
    .map(({ platform, connection, isConnected, assigned, joined, failedAttempts, reason }) => ({
      ...{ platform, connection, isConnected, assigned, joined, failedAttempts },
      ...(reason === undefined ? {} : { reason: reason.slice(0, maxReason) }),
    }));
}
