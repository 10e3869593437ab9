import { describe, expect, test } from "vitest";
import { refuse } from "#contracts/outcome";
import { mostWaiting } from "#durable-objects/webhook-target/delivery-queue";
import {
  anAddress,
  answer,
  day,
  messages,
  minute,
  passTime,
  start,
  states,
  withTarget,
} from "#test/fakes/webhook-life.workerd";

describe("T5 an address that is dead slows nobody", () => {
  test("whoever hands over does not wait, at most four calls run at once, and the rest waits", () =>
    withTarget(async (life) => {
      let running = 0;
      let most = 0;
      const open = Promise.withResolvers<void>();
      life.world.respond = async () => {
        most = Math.max(most, ++running);
        await open.promise;
        running--;
        return answer(200);
      };
      await life.target.enqueue(1, messages(50));
      expect(life.target.health()).toMatchObject({ waiting: 50 });
      open.resolve();
      await life.settled();
      expect(most).toBe(4);
      expect(life.target.health()).toMatchObject({ waiting: 0 });
    }));

  test("after five failures in a row one try a minute is made, not one for each message", () =>
    withTarget(async (life) => {
      life.world.respond = async () => refuse("timeout");
      await life.target.enqueue(1, messages(200));
      await life.settled();
      await passTime(life, 10 * minute);
      expect(life.posts.length).toBeGreaterThan(10);
      expect(life.posts.length).toBeLessThan(25);
      life.world.respond = async () => answer(200);
      await passTime(life, 5 * minute);
      expect(life.target.health()).toMatchObject({ waiting: 0, failingSince: null });
    }));

  test("what does not fit is counted and not kept", () =>
    withTarget(async (life) => {
      life.world.respond = () => new Promise(() => undefined);
      await life.target.enqueue(1, messages(mostWaiting, "many"));
      await life.target.enqueue(1, messages(3, "late"));
      expect(life.target.health()).toMatchObject({ waiting: mostWaiting, dropped: 3 });
    }));

  test("failing for three days switches it off with a notice; what waited becomes letters", () =>
    withTarget(async (life) => {
      life.world.respond = async () => answer(503);
      for (let hours = 0; hours <= 80; hours += 8) {
        await life.target.enqueue(1, messages(2, `at ${hours}`));
        await life.settled();
        await passTime(life, 8 * 3_600_000);
      }
      expect(life.disabled).toEqual(["every call failed for 3 days"]);
      expect(life.logs).toContainEqual(
        expect.objectContaining({ action: "webhook.disable", level: "WARNING" }),
      );
      expect(life.target.health()).toMatchObject({ waiting: 0 });
    }));

  test("410 Gone switches it off at once", () =>
    withTarget(async (life) => {
      life.world.respond = async () => answer(410);
      await life.target.enqueue(1, messages(6));
      await life.settled();
      expect(life.disabled).toContain("the address answered 410 Gone");
      expect(life.posts.length).toBeLessThanOrEqual(4);
      expect(new Set(states(life))).toEqual(new Set(["dead"]));
    }));
});

describe("which address and which key", () => {
  test("a change is used from the next attempt on, and an address not verified gets nothing", () =>
    withTarget(async (life) => {
      life.world.address = anAddress({ isEnabled: false });
      await life.target.enqueue(1, messages(1));
      await life.settled();
      expect(life.posts).toEqual([]);
      life.world.address = anAddress({ url: "https://other.example/" });
      life.target.refresh(1);
      await life.target.replay(1, "all");
      await life.settled();
      expect(life.posts.map(({ url }) => url)).toEqual(["https://other.example/"]);
    }));

  test("with Postgres away the last known address is used; with none known the message waits", () =>
    withTarget(async (life) => {
      await life.target.enqueue(1, messages(1, "before"));
      await life.settled();
      const next = life.restart({ load: () => Promise.reject(new Error("away")) });
      await next.target.enqueue(1, messages(1, "after"));
      await next.settled();
      expect(next.posts).toHaveLength(1);
      await withTarget(async (life) => {
        const fresh = life.restart({ load: () => Promise.reject(new Error("away")) });
        await fresh.target.enqueue(1, messages(1));
        await fresh.settled();
        expect([fresh.posts, states(fresh)]).toEqual([[], ["waiting"]]);
        expect(fresh.alarms.at(-1)).toBeGreaterThan(start);
      });
    }));

  test("a webhook that was removed leaves nothing behind", () =>
    withTarget(async (life) => {
      await life.target.enqueue(1, messages(1));
      await life.settled();
      life.world.address = null;
      life.target.refresh(1);
      await life.settled();
      expect(life.target.deliveries({ limit: 5 })).toEqual([]);
    }));

  test("both keys sign during the day after a change, and one alone after it", () =>
    withTarget(async (life) => {
      life.world.address = anAddress({ keyNumber: 2, previousKeyUntil: start + day });
      await life.target.enqueue(1, messages(1, "during"));
      await life.settled();
      life.clock.now = start + day;
      await life.target.enqueue(1, messages(1, "after"));
      await life.settled();
      const counts = life.posts.map(({ headers }) => headers["webhook-signature"]?.split(" ").length);
      expect(counts).toEqual([2, 1]);
    }));

  test("a test is one attempt, listed with its answer", () =>
    withTarget(async (life) => {
      life.world.respond = async () => answer(302, { location: "http://127.0.0.1/" });
      const [message] = messages(1);
      if (!message) throw new Error("no message");
      expect(await life.target.test(1, message)).toMatchObject({
        ok: true,
        value: { state: "dead", lastStatus: 302, attempts: 1 },
      });
      await passTime(life, 10 * minute);
      expect(life.posts).toHaveLength(1);
    }));

  test("threat 7: an address is asked by hand ten times a minute, and then not", () =>
    withTarget(async (life) => {
      const asked = messages(11, "asked");
      for (const message of asked.slice(0, 10))
        expect(await life.target.test(1, message)).toMatchObject({ ok: true });
      const [last] = asked.slice(10);
      if (!last) throw new Error("no message");
      expect(await life.target.test(1, last)).toEqual(refuse("rate_limited", { retryAfterMs: minute }));
      life.clock.now += minute;
      expect(await life.target.test(1, last)).toMatchObject({ ok: true });
    }));

  test("T10 no key and no address is ever logged", () =>
    withTarget(async (life) => {
      life.world.address = anAddress({ url: "https://hook.example/canary" });
      life.world.respond = async () => {
        throw new Error("could not reach https://hook.example/canary");
      };
      await life.target.enqueue(1, messages(1));
      await life.settled();
      await passTime(life, day);
      expect(life.logs.length).toBeGreaterThan(0);
      expect(JSON.stringify([life.logs, life.target.deliveries({ limit: 5 })])).not.toMatch(/canary|whsec_/);
    }));
});
