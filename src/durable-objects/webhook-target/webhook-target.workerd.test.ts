import { describe, expect, test } from "vitest";
import { refuse } from "#contracts/outcome";
import { retryWaitsMs } from "#durable-objects/webhook-target/attempt";
import {
  answer,
  day,
  messages,
  minute,
  passTime,
  start,
  states,
  withTarget,
} from "#test/fakes/webhook-life.workerd";

describe("PSH-2 retries", () => {
  test("500, 500, 200: delivered on the third try, the waits grow, the id stays and the time is the attempt's", () =>
    withTarget(async (life) => {
      const answers = [500, 500, 200];
      life.world.respond = async () => answer(answers.shift() ?? 0);
      await life.target.enqueue(1, messages(1));
      await life.settled();
      await passTime(life, minute);
      expect(life.posts.map(({ at }) => at - start)).toEqual([0, 1000, 6000]);
      expect(new Set(life.posts.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect(life.posts.map(({ headers }) => Number(headers["webhook-timestamp"]) - start / 1000)).toEqual([
        0, 1, 6,
      ]);
      expect(life.target.deliveries({ limit: 1 })).toMatchObject([
        { state: "sent", attempts: 3, lastStatus: 200, lastError: null, nextAttemptAt: null },
      ]);
    }));

  test("T15 an address that names its own wait gets it, and no attempt before", () =>
    withTarget(async (life) => {
      life.world.respond = async () => answer(life.posts.length === 1 ? 429 : 200, { "retry-after": "120" });
      await life.target.enqueue(1, messages(1));
      await life.settled();
      await passTime(life, 5 * minute);
      expect(life.posts.map(({ at }) => at - start)).toEqual([0, 120_000]);
    }));

  test("the same message handed over again is sent once", () =>
    withTarget(async (life) => {
      await life.target.enqueue(1, messages(2));
      await life.settled();
      await life.target.enqueue(1, messages(2));
      await life.settled();
      expect(life.posts).toHaveLength(2);
    }));

  test("killed in the middle of an attempt: the next life tries again under the same id", () =>
    withTarget(async (life) => {
      life.world.respond = () => new Promise(() => undefined);
      await life.target.enqueue(1, messages(1));
      const next = life.restart();
      next.clock.now = start + 30_000;
      expect(life.alarms.at(-1)).toBe(start + 30_000);
      await next.target.wake();
      expect(next.posts.map(({ headers }) => headers["webhook-id"])).toEqual(messages(1).map(({ id }) => id));
      expect(states(next)).toEqual(["sent"]);
    }));
});

describe("PSH-3 dead letters", () => {
  test("always 500: after the last try a letter with status and payload, and a replay arrives", () =>
    withTarget(async (life) => {
      life.world.respond = async () => answer(500);
      const [message] = messages(1);
      await life.target.enqueue(1, messages(1));
      await life.settled();
      await passTime(life, day);
      expect(life.posts).toHaveLength(retryWaitsMs.length + 1);
      expect(life.target.deliveries({ state: "dead", limit: 5 })).toMatchObject([
        { id: message?.id, body: message?.body, lastStatus: 500, lastError: "answered 500", attempts: 8 },
      ]);
      expect(life.target.health()).toMatchObject({ waiting: 0, dead: 1 });
      life.world.respond = async () => answer(200);
      expect(await life.target.replay(1, { id: "msg_none" })).toBe(0);
      expect(await life.target.replay(1, { id: message?.id ?? "" })).toBe(1);
      await life.settled();
      expect(states(life)).toEqual(["sent"]);
      expect(life.target.health()).toEqual({ waiting: 0, dead: 0, dropped: 0, failingSince: null });
    }));

  test("PSH-4 an address that may not be called is given up at once, and says why", () =>
    withTarget(async (life) => {
      const message = "That address may not be called: it leads into a private network.";
      life.world.respond = async () => refuse("forbidden", { message });
      await life.target.enqueue(1, messages(1));
      await life.settled();
      expect(life.posts).toHaveLength(1);
      expect(life.target.deliveries({ limit: 5 })).toMatchObject([
        { state: "dead", lastStatus: null, lastError: message },
      ]);
    }));

  test("a letter is kept a month, what arrived a day, and an empty object sleeps", () =>
    withTarget(async (life) => {
      await life.target.enqueue(1, messages(1, "fine"));
      await life.settled();
      life.world.respond = async () => refuse("forbidden");
      await life.target.enqueue(1, messages(1, "bad"));
      await life.settled();
      await passTime(life, 2 * day);
      expect(states(life)).toEqual(["dead"]);
      await passTime(life, 30 * day);
      expect(states(life)).toEqual([]);
      expect(life.alarms.at(-1)).toBeLessThanOrEqual(life.clock.now);
    }));
});
