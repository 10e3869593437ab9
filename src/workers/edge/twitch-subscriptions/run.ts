import type { PlatformConfig } from "#contracts/platform";
import type {
  SubscriptionKeeper,
  SubscriptionReport,
  SubscriptionRequest,
} from "#contracts/platform-subscription";
import type { SenderService } from "#contracts/sender";
import type { Database } from "#db/client";
import type { Log } from "#lib/log";
import {
  addMissing,
  awaitShards,
  forgetUnwanted,
  noteFailedRun,
  takeWanted,
  writeStates,
} from "#workers/edge/twitch-subscriptions/store";

/** As many are asked for in a minute; a thousand new channels take half an hour and nobody else's budget. */
const perMinute = 300;

export interface SubscriptionRun {
  db: Database;
  sender: Pick<SenderService, "keepSubscriptions">;
  keeper: Pick<SubscriptionKeeper, "topics">;
  config: PlatformConfig;
  log: Log;
  now: number;
}

/**
 * One run: `all` compares Twitch's whole list with the channels we watch, `some` asks for what is due. Without an
 * address of our own (`PUBLIC_URL`, https as EventSub wants it) and a secret nothing is subscribed to.
 */
export async function keepTwitchSubscriptions(
  scope: SubscriptionRequest["scope"],
  run: SubscriptionRun,
): Promise<SubscriptionReport | undefined> {
  const { db, keeper, now, config } = run;
  const { PUBLIC_URL: origin = "", TWITCH_EVENTSUB_SECRET: secret } = config;
  if (!origin.startsWith("https://") || !secret) return undefined;
  const isAll = scope === "all";
  await addMissing(db, keeper.topics, now);
  if (isAll) await awaitShards(db, config["TWITCH_CONDUIT"] === "1");
  const wanted = await takeWanted(db, { topics: keeper.topics, isAll, now, limit: perMinute });
  if (wanted.length === 0 && !isAll) return undefined;
  const outcome = await run.sender.keepSubscriptions({
    platform: "twitch",
    scope,
    wanted,
    callback: `${origin}/webhooks/twitch`,
    secret,
    ...(config["TWITCH_CONDUIT"] === "1" && { conduit: { shards: shardsOf(config) } }),
  });
  if (!outcome.ok) {
    const { message: problem = outcome.code, retryAfterMs = 60_000 } = outcome;
    await noteFailedRun(db, wanted, { problem, now, retryAfterMs });
    tell(run.log, scope, { code: outcome.code, problem });
    return undefined;
  }
  await writeStates(db, outcome.value.states, now);
  if (isAll && !outcome.value.stopped) await forgetUnwanted(db, keeper.topics);
  tellReport(run.log, scope, outcome.value);
  return outcome.value;
}

function shardsOf(config: PlatformConfig): number {
  const wanted = Number(config["TWITCH_CONDUIT_SHARDS"] ?? 1);
  return Number.isInteger(wanted) ? Math.min(Math.max(wanted, 1), 20_000) : 1;
}

function tellReport(log: Log, scope: string, { states, ...facts }: SubscriptionReport): void {
  const isQuiet = facts.created === 0 && facts.removed === 0 && facts.stopped === null;
  if (isQuiet && scope === "some") return;
  const needOwner = [...new Set(states.filter(({ needsOwner }) => needsOwner).map(({ target }) => target))];
  log({
    level: needOwner.length > 0 || facts.stopped ? "WARNING" : "INFO",
    category: "SYSTEM",
    action: "twitch.subscriptions",
    result: "SUCCESS",
    details: { scope, ...facts, needOwner: needOwner.slice(0, 50), needOwnerCount: needOwner.length },
  });
}

function tell(log: Log, scope: string, details: Record<string, unknown>): void {
  log({
    level: "WARNING",
    category: "SYSTEM",
    action: "twitch.subscriptions",
    result: "FAILURE",
    details: { scope, ...details },
  });
}
