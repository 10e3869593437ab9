import { env, runInDurableObject } from "cloudflare:test";
import { Channel } from "#durable-objects/channel/channel";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { within } from "#lib/within";
import { fakeChannelDeps } from "#test/fakes/channel-deps.workerd";
import { countRows, migrateOnce } from "#test/fakes/storage.workerd";

export type Life = {
  channel: Channel;
  settled(): Promise<void>;
  rowsWritten(): number;
  alarms(): readonly number[];
  /** The object's own tables, for breaking one. */
  sql: SqlStorage;
  restart(changes?: Partial<ChannelDeps>): Life;
} & ReturnType<typeof fakeChannelDeps>;

let objects = 0;

/** Runs a channel on the storage of a fresh object; `restart` is a new life on the same storage. */
export function inChannel<T>(
  run: (life: Life) => Promise<T>,
  changes: Partial<ChannelDeps> = {},
): Promise<T> {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName(`channel-${++objects}`));
  return runInDurableObject(stub, (_, state) => {
    migrateOnce(state);
    const live = (more: Partial<ChannelDeps>): Life => {
      const fake = fakeChannelDeps({ ...changes, ...more });
      const work = new Set<Promise<unknown>>();
      const keepAlive = (promise: Promise<unknown>) => {
        work.add(promise.finally(() => work.delete(promise)));
      };
      const counted = countRows(state.storage);
      const channel = new Channel(counted.storage, fake.deps, keepAlive);
      const settled = async () => {
        for (let quiet = 0; quiet < 3; quiet++) {
          // A call that never returns is part of some tests; the rest is done long before.
          await within(Promise.allSettled([...work]), 50);
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
      };
      return {
        ...fake,
        channel,
        settled,
        rowsWritten: counted.rows,
        alarms: counted.alarms,
        sql: state.storage.sql,
        restart: (next = {}) => live(next),
      };
    };
    return run(live({}));
  });
}

/** What was said, or the kind of anything else that left. */
export function textOf(body: { kind: string }): string {
  return "message" in body &&
    typeof body.message === "object" &&
    body.message !== null &&
    "text" in body.message
    ? String(body.message.text)
    : body.kind;
}
