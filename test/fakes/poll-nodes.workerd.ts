import { env, runInDurableObject } from "cloudflare:test";
import { Channel } from "#durable-objects/channel/channel";
import type { Shards } from "#durable-objects/coordinator/shards";
import { within } from "#lib/within";
import { fakeChannelDeps } from "#test/fakes/channel-deps.workerd";
import { aChatEvent } from "#test/fakes/events";
import { countRows, migrateOnce } from "#test/fakes/storage.workerd";

let objects = 0;

/** A real channel with a real inbox behind it, and how often a line came to it again. */
export async function openInbox(entityId: string) {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName(`inbox-${++objects}`));
  const inbox = { duplicates: 0 };
  const work: Promise<unknown>[] = [];
  const { channel, seen } = await runInDurableObject(stub, (_, state) => {
    migrateOnce(state);
    const { deps, seen } = fakeChannelDeps();
    const { storage } = countRows(state.storage);
    return { channel: new Channel(storage, deps, (promise) => work.push(promise)), seen };
  });
  const aLine = (line: number) =>
    aChatEvent({
      id: `${entityId}/${line}`,
      entityId,
      text: `!ping ${line}`,
      user: { id: `${line}`, login: "v", name: "V", badges: [] },
    });
  return {
    inbox,
    accept: (lines: readonly number[]) =>
      runInDurableObject(stub, async () => {
        inbox.duplicates += (await channel.accept(entityId, lines.map(aLine))).duplicates;
        await within(Promise.allSettled(work.splice(0)), 1000);
      }),
    /** The lines that were acted on, in the order it happened. */
    handled: () => seen.invocations.map(({ argsText }) => Number(argsText)),
  };
}
export type OpenInbox = Awaited<ReturnType<typeof openInbox>>;

export interface Source {
  channel: string;
  /** So many lines have been written there. */
  written: number;
  /** How far a node has said it got, kept outside of nodes. */
  cursor: number;
  inbox: OpenInbox;
}

export interface PollNode {
  name: string;
  /** `hung` neither works nor says that it lives, and may come back. */
  state: "working" | "hung" | "gone";
  locks: Map<string, number>;
}

type WithShards = <T>(ask: (shards: Shards) => T) => Promise<T>;

/** One round of one node: say that it lives, give back what moved away, and read on in what it has locked. */
export async function work(
  node: PollNode,
  sources: readonly Source[],
  { withShards, forgetsCursor }: { withShards: WithShards; forgetsCursor: () => boolean },
): Promise<void> {
  if (node.state !== "working") return;
  await withShards((shards) => shards.join(node.name));
  const { own, drain } = await withShards((shards) => shards.assignments(node.name));
  for (const channel of drain) {
    const fencing = node.locks.get(channel) ?? 0;
    await withShards((shards) => shards.unlock(channel, node.name, fencing));
    node.locks.delete(channel);
  }
  for (const source of sources.filter(({ channel }) => own.includes(channel))) {
    const lock = await withShards((shards) => shards.lock(source.channel, node.name));
    if (!lock.ok) {
      node.locks.delete(source.channel);
      continue;
    }
    node.locks.set(source.channel, lock.value.fencing);
    await readOn(source, forgetsCursor);
  }
}

/** At least once: a node that dies between the two steps leaves lines to be read again. */
export async function readOn(source: Source, forgetsCursor: () => boolean): Promise<void> {
  const lines = Array.from(
    { length: source.written - source.cursor },
    (_, index) => source.cursor + index + 1,
  );
  if (lines.length === 0) return;
  await source.inbox.accept(lines);
  if (!forgetsCursor()) source.cursor = source.written;
}
