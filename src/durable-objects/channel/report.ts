import type { Log } from "#lib/log";

/** Tells the operator of a failure of ours; `key` is the outbox row it concerns. */
export type Report = (action: string, error: unknown, key?: string) => void;

export function makeReport(log: Log, communityId: () => number | undefined): Report {
  return (action, error, key) =>
    log({
      level: "ERROR",
      category: "ERROR",
      action,
      result: "FAILURE",
      community: communityId(),
      details: { error, key },
    });
}
