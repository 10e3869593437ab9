import type { ChannelConfig } from "#contracts/channel-config";
import type { Execution } from "#contracts/execution";
import type { FeedNote, FeedService } from "#contracts/feed";
import type { Invocation, ModuleManifest, ModuleResult } from "#contracts/module";
import type { Outcome } from "#contracts/outcome";
import type { OverlayService } from "#contracts/overlay";
import type { NamePlace } from "#contracts/people-names";
import type { SenderService, SentMessage } from "#contracts/sender";
import { productVersion } from "#contracts/version";
import { type Database, openDatabase } from "#db/client";
import { charge, type Price } from "#durable-objects/channel/charge";
import { countFlush } from "#durable-objects/channel/count-flush";
import { withTroubleCounted } from "#durable-objects/channel/count-trouble";
import { deliverSoon } from "#durable-objects/channel/deliver-codes";
import { carry } from "#durable-objects/channel/deps-carry";
import { invokeModule } from "#durable-objects/channel/deps-invoke";
import { loadChannelConfig } from "#durable-objects/channel/load-config";
import { ModuleGuard, type ModuleHealth } from "#durable-objects/channel/module-guard";
import type { Outgoing } from "#durable-objects/channel/outbox";
import type { KeyedLine } from "#durable-objects/channel/overlay-lines";
import { spansOf } from "#durable-objects/channel/trace-flush";
import { type Flush, writeFlush } from "#durable-objects/channel/write-flush";
import { isolateMeter } from "#durable-objects/metrics/meter-post";
import { metricsOf } from "#durable-objects/metrics/metrics-of";
import { type Log, makeLog } from "#lib/log";
import { exportSpans, traceConfig, workerSinks } from "#lib/trace-export";
import { timedOut, within } from "#lib/within";
import { manifests } from "#modules/manifests";
import type { PlannedCall } from "#router/plan";

/** The channel's whole outside. Only this and its two neighbours read `env`. */
export interface ChannelDeps {
  now(): number;
  newId(): string;
  log: Log;
  manifests: readonly ModuleManifest[];
  invoke(invocation: Invocation, call: PlannedCall): Promise<Outcome<ModuleResult>>;
  /** How the modules called in this life of the channel are. */
  moduleHealth(): ModuleHealth[];
  /** Takes points from a person; the key makes a repeated call free. Fails closed. */
  charge(price: Price): Promise<Outcome<null>>;
  loadConfig(entityId: string): Promise<ChannelConfig | null>;
  writeFlush(flush: Flush): Promise<void>;
  carry(body: Outgoing, siblings: readonly string[]): Promise<Outcome<SentMessage>>;
  isResendSafe(body: Outgoing): Promise<boolean>;
  /** Whether anybody of the community still looks on. */
  tellFeed(communityId: number, notes: FeedNote[], dropped: number): Promise<boolean>;
  /** Names of people whom events name by id, by that id; absent where nobody can be asked. May throw. */
  namesOf?(place: NamePlace, ids: readonly string[]): Promise<Record<string, string>>;
  /** Onto the community's chat boxes. Throws when they could not be reached. */
  showLines(communityId: number, lines: readonly KeyedLine[]): Promise<void>;
}

/** A command waits for it, and what was known before will do. */
const configTimeMs = 10_000;
/** Whoever tells figures may not hold up a flush. */
const figuresTimeMs = 2000;

/** Plain chat alone is told once a minute: a call for each flush would be its dearest part. */
async function tellFigures(env: EdgeEnv, now: number, isUrgent: boolean): Promise<void> {
  const told = isolateMeter.send(() => metricsOf(env.METRICS), now, isUrgent ? 0 : undefined);
  await within(told, figuresTimeMs);
}

/** From the record that is durable anyway, so tracing costs the way of a message nothing. */
async function tellSpans(env: EdgeEnv, executions: readonly Execution[]): Promise<void> {
  const config = traceConfig(env);
  if (config.exporter === "none") return;
  await exportSpans(config, await spansOf(executions), workerSinks);
}

export function makeChannelDeps(env: EdgeEnv): ChannelDeps {
  let database: Database | undefined;
  const db = () => {
    database ??= openDatabase(env);
    return database;
  };
  const log = withTroubleCounted(makeLog({ module: "channel", version: productVersion }), isolateMeter);
  const now = () => Date.now();
  const guard = new ModuleGuard({
    now,
    invoke: (invocation, call) => invokeModule(env, invocation, call, log),
  });
  return {
    now,
    newId: () => crypto.randomUUID(),
    log,
    manifests,
    async invoke(invocation, call) {
      const outcome = await guard.invoke(invocation, call);
      // What waits for it waits in Postgres, and the clock asks again: this only makes it come at once.
      if (call.module === "identity" && outcome.ok) void deliverSoon(db(), env.SENDER, log);
      return outcome;
    },
    moduleHealth: () => guard.health(),
    charge: (price) => charge(db(), price, log),
    async loadConfig(entityId) {
      const config = await within(loadChannelConfig(db(), entityId), configTimeMs);
      if (config === timedOut) throw new Error("the channel's configuration did not come in time");
      return config;
    },
    async writeFlush(flush) {
      const startedAt = now();
      await writeFlush(db(), flush);
      countFlush(isolateMeter, flush, now() - startedAt);
      await tellFigures(env, now(), flush.executions.length > 0);
      await tellSpans(env, flush.executions);
    },
    carry: (body, siblings) => carry(env, db, body, siblings),
    tellFeed: async (communityId, notes, dropped) => {
      const feed: FeedService = env.FEED.get(env.FEED.idFromName(String(communityId)));
      return feed.note(notes, dropped);
    },
    isResendSafe: async (body) =>
      body.kind !== "chat" || env.SENDER.isResendSafe(body.message.target.platform),
    namesOf: async (place, ids) => {
      const sender: Pick<SenderService, "namesOf"> = env.SENDER;
      return sender.namesOf(place, ids);
    },
    showLines: async (communityId, lines) => {
      const overlay: OverlayService = env.OVERLAY.get(env.OVERLAY.idFromName(String(communityId)));
      await overlay.showLines(lines);
    },
  };
}
