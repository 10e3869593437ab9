import type { DatabaseSync } from "node:sqlite";
import { backoffMs } from "#gateway/backoff";
import type { DiscordConfig } from "#gateway/discord/config";
import { fetchGatewayInfo, type GatewayInfo } from "#gateway/discord/gateway-info";
import { describeMissing, makeGrantedIntents } from "#gateway/discord/granted-intents";
import { makeGuildFacts } from "#gateway/discord/guild-facts";
import { type IdentifyTimings, makeIdentifyBudget } from "#gateway/discord/identify-budget";
import { makeDispatchReader } from "#gateway/discord/read-dispatch";
import { makeSessionStore, type SessionStore } from "#gateway/discord/session-store";
import { type Shard, startShard } from "#gateway/discord/shard";
import { makeVoice } from "#gateway/discord/voice";
import type { ConnectionHealth, MakeSource, Source, SourceContext } from "#gateway/source";

export interface DiscordSourceOptions {
  config: DiscordConfig;
  fetch?: typeof fetch;
  timings?: IdentifyTimings;
  /** How long a process without a session to resume waits for the edge's word before it begins one. */
  firstWordMs?: number;
}

const platform = "discord";
const infoBackoff = { baseMs: 1000, maxMs: 60_000 };

interface Held {
  store: SessionStore;
  shard?: Shard;
}

/** The bot's shards as one source. Which ones: those of the configuration, or those assigned when a lease says so. */
export function makeDiscordSource(options: DiscordSourceOptions): MakeSource {
  return (context) => startDiscord(options, context);
}

function startDiscord(
  { config, fetch: doFetch = fetch, timings, firstWordMs = 15_000 }: DiscordSourceOptions,
  context: SourceContext,
): Source {
  const { database, log, now, random } = context;
  const budget = makeIdentifyBudget(database, { ...(timings && { timings }), now, random });
  const voice = makeVoice(database);
  const reader = makeDispatchReader(makeGuildFacts(database), voice);
  const intents = makeGrantedIntents(database, now);
  const held = new Map<number, Held>();
  let info: GatewayInfo | undefined;
  let shardCount = 0;
  let failedAttempts = 0;
  let misfits = 0;
  /** Why nothing will work until somebody changes something. */
  let problem: string | undefined;
  /** Which shards we may hold; undefined until anybody said. */
  let assigned: ReadonlySet<string> | "own" | undefined;
  let isClosed = false;
  let learnTimer: NodeJS.Timeout | undefined;
  let firstWordTimer: NodeJS.Timeout | undefined;

  function onDispatch(shardId: number, { store }: Held, event: { s: number; t: string; d: unknown }): void {
    database.exec("BEGIN");
    try {
      const { slim, misfit } = reader.read(event.t, event.d, now());
      if (misfit) misfits += 1;
      for (const [index, frame] of slim.entries()) {
        const id = store.frameId(event.s, slim.length > 1 ? index : undefined);
        const isTaken = context.forward({ connection: String(shardId), id, raw: JSON.stringify(frame) });
        // As if it had never come: whoever holds the shard next, this process too, asks Discord for it again.
        if (!isTaken) throw new Error("the shard is not ours to hear for now");
      }
      store.note(event.s, slim.length > 0);
      database.exec("COMMIT");
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  }

  function hold(shardId: number, known: GatewayInfo): void {
    const one = held.get(shardId) ?? { store: makeSessionStore(database, shardId) };
    held.set(shardId, one);
    if (one.shard) return;
    one.shard = startShard({
      shardId,
      shardCount,
      token: config.token,
      info: known,
      store: one.store,
      budget,
      intents,
      onDispatch: (event) => onDispatch(shardId, one, event),
      onMissed: (gap) => context.missed({ connection: String(shardId), ...gap }),
      log,
      now,
    });
  }

  /** Brings what is held in line with what may be held. */
  function settle(): void {
    if (isClosed || !info || assigned === undefined) return;
    const own = config.shards.ids ?? Array.from({ length: shardCount }, (_, index) => index);
    const may = assigned;
    const wanted = new Set(may === "own" ? own : own.filter((id) => may.has(String(id))));
    for (const id of wanted) hold(id, info);
    for (const [id, one] of held) {
      if (wanted.has(id) || !one.shard) continue;
      void one.shard.close();
      delete one.shard;
    }
  }

  async function learn(): Promise<void> {
    const answer = await fetchGatewayInfo(config, doFetch);
    if (isClosed) return;
    if (!answer.ok) {
      failedAttempts += 1;
      const details = { reason: answer.reason, isFinal: answer.isFinal };
      log({ level: "ERROR", category: "SYSTEM", action: "gateway.discord", result: "FAILURE", details });
      problem = answer.reason;
      // A wrong token stays wrong, and Discord counts failed requests against the address.
      if (answer.isFinal) return;
      learnTimer = setTimeout(
        () => void learn(),
        answer.retryAfterMs ?? backoffMs(failedAttempts, infoBackoff, random),
      );
      return;
    }
    ({ info } = answer);
    problem = undefined;
    failedAttempts = 0;
    const { total, remaining, reset_after: resetAfterMs, max_concurrency } = info.session_start_limit;
    budget.setLimits({ total, remaining, resetAfterMs, maxConcurrency: max_concurrency });
    // Sessions belong to a number of shards: a new recommendation alone is no reason to lose them.
    shardCount = config.shards.count ?? storedShardCount(database) ?? info.shards;
    settle();
  }

  function healthOf(shardId: number, { store, shard }: Held): ConnectionHealth {
    const state = shard?.health();
    const gap = store.gaps().at(-1);
    const reason = state?.stopped?.reason ?? (state && describeMissing(state.intents));
    return {
      platform,
      connection: String(shardId),
      isConnected: state?.isConnected ?? false,
      assigned: 1,
      joined: Number(state?.isConnected ?? false),
      failedAttempts: state?.failedAttempts ?? 0,
      ...(reason !== undefined && { reason }),
      numbers: {
        identifies_day: budget.used(shardId),
        identify_wait_seconds: Math.ceil(budget.waitMs(shardId) / 1000),
        resumes_total: state?.resumes ?? 0,
        sessions_lost_total: state?.lostSessions ?? 0,
        gaps_total: store.gaps().length,
        last_gap_seconds: gap ? Math.ceil((gap.to - gap.from) / 1000) : 0,
        stopped_code: state?.stopped?.code ?? 0,
        privileged_intents: Number(state !== undefined && describeMissing(state.intents) === undefined),
        misfit_events_total: misfits,
        people_in_voice: voice.count(),
      },
    };
  }

  return {
    platform,
    start() {
      void learn();
      // With a session at hand every second counts; without one, an older process may still hold the shard.
      if (storedShardCount(database) !== undefined) assigned = "own";
      else {
        firstWordTimer = setTimeout(() => {
          assigned ??= "own";
          settle();
        }, firstWordMs);
      }
    },
    setAssignment(connections, _, isShared = false) {
      assigned = isShared ? new Set(connections.map(({ connection }) => connection)) : "own";
      settle();
    },
    acknowledged(frames) {
      for (const [id, { store }] of held) {
        store.acknowledge(
          frames.filter(({ connection }) => connection === String(id)).map((frame) => frame.id),
        );
      }
    },
    health() {
      const running = [...held].filter(([, { shard }]) => shard);
      // Nothing to hold because others hold it is as it should be.
      if (running.length > 0 || (info && assigned !== undefined))
        return running.map(([id, one]) => healthOf(id, one));
      const waiting = {
        platform,
        connection: "all",
        isConnected: false,
        assigned: 1,
        joined: 0,
        failedAttempts,
      };
      return [{ ...waiting, ...(problem !== undefined && { reason: problem }) }];
    },
    async close() {
      isClosed = true;
      clearTimeout(learnTimer);
      clearTimeout(firstWordTimer);
      await Promise.all([...held.values()].map(({ shard }) => shard?.close()));
    },
  };
}

/** How many shards there were when the sessions at hand began. */
function storedShardCount(database: DatabaseSync): number | undefined {
  const exists = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'discord_sessions'").get();
  const row = exists
    ? database.prepare("SELECT shard_count FROM discord_sessions WHERE session_id IS NOT NULL LIMIT 1").get()
    : undefined;
  return row && Number(row["shard_count"]);
}
