import { Activity } from "#durable-objects/channel/activity";
import { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import { Cooldowns } from "#durable-objects/channel/cooldowns";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { EventLog } from "#durable-objects/channel/event-log";
import { Flushes } from "#durable-objects/channel/flush";
import { Inbox } from "#durable-objects/channel/inbox";
import { Outbox } from "#durable-objects/channel/outbox";
import { OverlayWatch } from "#durable-objects/channel/overlay-watch";
import { RateWindows } from "#durable-objects/channel/rate-windows";
import { makeReport } from "#durable-objects/channel/report";
import { Retries } from "#durable-objects/channel/retries";
import { RuleHits } from "#durable-objects/channel/rule-hits";
import { Said } from "#durable-objects/channel/said";
import { Sessions } from "#durable-objects/channel/sessions";
import { Traces } from "#durable-objects/channel/traces";
import { Watch } from "#durable-objects/channel/watch";
import type { SqlStore } from "#durable-objects/storage/migrate";

/** What a channel keeps, read back from its storage. They know of each other only what is handed to them here. */
export function openStores(storage: SqlStore, deps: ChannelDeps) {
  const { sql } = storage;
  const now = deps.now();
  const config: ChannelConfigStore = new ChannelConfigStore(sql, {
    load: (entityId) => deps.loadConfig(entityId),
    now: deps.now,
    onStale: (error) => report("config.load", error),
  });
  const report = makeReport(deps.log, () => config.current?.community.id);
  const activity = new Activity(sql);
  const ruleHits = new RuleHits(sql);
  const eventLog = new EventLog(sql);
  const traces = new Traces(sql);
  const retries = new Retries(sql);
  return {
    config,
    report,
    activity,
    ruleHits,
    eventLog,
    traces,
    retries,
    inbox: new Inbox(sql, now),
    outbox: new Outbox(sql),
    said: new Said(sql, deps.now),
    overlayWatch: new OverlayWatch(sql),
    sessions: new Sessions(sql),
    watch: new Watch(sql),
    cooldowns: new Cooldowns(sql),
    windows: new RateWindows([...traces.uses(), ...retries.uses()], now),
    flushes: new Flushes(storage, { activity, traces, ruleHits, eventLog }),
  };
}

export type Stores = ReturnType<typeof openStores>;
