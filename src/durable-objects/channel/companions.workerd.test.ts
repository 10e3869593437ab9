import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { type PlatformEvent, platformEvent } from "#contracts/event";
import { Channel } from "#durable-objects/channel/channel";
import type { Companion, CompanionParts } from "#durable-objects/channel/companions";
import { fakeChannelDeps } from "#test/fakes/channel-deps.workerd";
import { textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent } from "#test/fakes/events";
import { countRows, migrateOnce } from "#test/fakes/storage.workerd";

const start = 1_800_000_000_000;
let objects = 0;

/** A channel with one companion. */
function withCompanion(
  make: (parts: CompanionParts) => Companion,
  run: (life: ReturnType<typeof live>) => Promise<void>,
) {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName(`companion-${++objects}`));
  return runInDurableObject(stub, (_, state) => {
    migrateOnce(state);
    return run(live(state, make));
  });
}

function live(state: DurableObjectState, make: (parts: CompanionParts) => Companion) {
  const fake = fakeChannelDeps();
  const work: Promise<unknown>[] = [];
  const { storage, alarms } = countRows(state.storage);
  const channel = new Channel(
    storage,
    fake.deps,
    (promise) => work.push(promise),
    (parts) => [make(parts)],
  );
  const settled = async () => {
    for (let at = 0; at < work.length; at++) await work[at];
  };
  return { ...fake, channel, alarms, settled };
}

test("a companion hears of every event once, with what it led to, and what it puts into the outbox leaves right after", () => {
  const heard: string[] = [];
  return withCompanion(
    ({ outbox }) => ({
      onEvents(events: readonly PlatformEvent[], now: number) {
        heard.push(...events.map((event) => ("text" in event ? event.text : event.type)));
        for (const { id, type } of events) {
          if (type !== "follow") continue;
          const body = { kind: "post" as const, url: "https://hook.example/", headers: {}, body: "{}" };
          outbox.add({ key: `${id}/hook`, eventId: id, body }, 0, now);
        }
      },
    }),
    async ({ channel, settled, seen, deps, clock }) => {
      const again = aChatEvent({ text: "!ping" });
      const follow = platformEvent.parse({ ...aChatEvent(), type: "follow" });
      let tries = 0;
      const { invoke } = deps;
      deps.invoke = async (invocation, call) =>
        invocation.argsText === "late" && ++tries < 3
          ? { ok: false, code: "timeout" }
          : invoke(invocation, call);
      await channel.accept("twitch:1000", [
        aChatEvent({ text: "one" }),
        again,
        aChatEvent({ text: "!ping late" }),
        follow,
      ]);
      await channel.accept("twitch:1000", [again]);
      await settled();
      for (const waitMs of [1000, 2000]) {
        clock.now += waitMs;
        await channel.wake();
        await settled();
      }
      expect(heard).toEqual(["one", "!ping", "!ping late", "follow"]);
      expect(seen.carried.map(textOf)).toEqual(expect.arrayContaining(["pong", "pong late", "post"]));
      expect(seen.carried).toHaveLength(3);
    },
  );
});

test("a companion's time wakes the channel, and an event of its own takes the way of all events", () => {
  let at: number | undefined = start + 60_000;
  return withCompanion(
    ({ enqueue, deps }) => ({
      nextAt: () => at,
      async onAlarm() {
        if (at === undefined || deps.now() < at) return;
        at = undefined;
        await enqueue([aChatEvent({ text: "!ping from a timer", origin: "timer" })]);
      },
    }),
    async ({ channel, settled, seen, clock, alarms }) => {
      await channel.wake();
      expect(alarms().at(-1)).toBe(start + 60_000);
      clock.now = start + 60_000;
      await channel.wake();
      await settled();
      expect(seen.carried.map(textOf)).toEqual([expect.stringContaining("pong")]);
    },
  );
});

test("a companion that throws is reported, and the channel goes on", () =>
  withCompanion(
    () => ({ onAlarm: () => Promise.reject(new Error("no")) }),
    async ({ channel, settled, seen, clock }) => {
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
      clock.now += 1000;
      await channel.wake();
      await settled();
      expect(seen.carried.map(textOf)).toEqual(["pong"]);
      expect(seen.logs).toContainEqual(
        expect.objectContaining({ action: "channel.companion", result: "FAILURE" }),
      );
    },
  ));
