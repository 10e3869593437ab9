import type { SlackSocketConfig } from "#gateway/slack/config";
import { type SlackTimings, type Slot, startSlot } from "#gateway/slack/slot";
import type { MakeSource, Source, SourceContext } from "#gateway/source";

export interface SlackSourceOptions {
  config: SlackSocketConfig;
  fetch?: typeof fetch;
  timings?: Partial<SlackTimings>;
  /** How long a process waits for the edge's word before it connects on its own. */
  firstWordMs?: number;
}

const platform = "slack";
/** The edge assigns the app's sockets as a whole, under this name (claims are for it). */
const connection = "socket";

const defaultTimings: SlackTimings = {
  backoff: { baseMs: 1000, maxMs: 60_000 },
  pingMs: 15_000,
  overlapMs: 10_000,
  disabledMs: 600_000,
};

/**
 * Slack's socket mode as one source: the same payloads as the webhooks', for who has no public address. Slack sends each
 * envelope to one of an app's sockets and wants its acknowledgement within three seconds; it is given once the envelope
 * is on disk, from where it goes up to the edge (docs/decisions/0021).
 */
export function makeSlackSource(options: SlackSourceOptions): MakeSource {
  return (context) => startSlack(options, context);
}

function startSlack(
  { config, fetch: doFetch = fetch, timings, firstWordMs = 15_000 }: SlackSourceOptions,
  { forward, log, random }: SourceContext,
): Source {
  let slots: Slot[] = [];
  let isWanted = false;
  let isClosed = false;
  let hasWord = false;
  let firstWordTimer: NodeJS.Timeout | undefined;

  function settle(): void {
    const shouldRun = isWanted && !isClosed;
    if (shouldRun && slots.length === 0) slots = Array.from({ length: config.sockets }, start);
    if (shouldRun) return;
    for (const slot of slots) slot.close();
    slots = [];
  }

  function start(): Slot {
    const store = (id: string, raw: string) => forward({ connection, id, raw });
    return startSlot({
      config,
      fetch: doFetch,
      store,
      timings: { ...defaultTimings, ...timings },
      log,
      random,
    });
  }

  return {
    platform,
    start() {
      // What is heard before the edge said who may hear would be acknowledged to Slack and kept by nobody.
      firstWordTimer = setTimeout(() => {
        if (hasWord) return;
        isWanted = true;
        settle();
      }, firstWordMs);
    },
    setAssignment(connections, _, isShared = false) {
      hasWord = true;
      isWanted = !isShared || connections.some((one) => one.connection === connection);
      settle();
    },
    health() {
      const all = slots.map((slot) => slot.health());
      const open = all.filter((slot) => slot.isOpen).length;
      const reason = all.find(({ problem }) => problem !== undefined)?.problem;
      const sum = (read: (slot: (typeof all)[number]) => number) =>
        all.reduce((total, slot) => total + read(slot), 0);
      return [
        {
          platform,
          connection,
          isConnected: !isWanted || open > 0,
          assigned: slots.length,
          joined: open,
          failedAttempts: Math.max(0, ...all.map(({ failedAttempts }) => failedAttempts)),
          ...(reason === undefined ? {} : { reason }),
          numbers: {
            reconnects_total: sum(({ reconnects }) => reconnects),
            unstored_total: sum(({ unstored }) => unstored),
          },
        },
      ];
    },
    async close() {
      isClosed = true;
      clearTimeout(firstWordTimer);
      settle();
    },
  };
}
