import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { NameAnswer } from "#contracts/people-names";
import { freshMs, Names } from "#durable-objects/name-book/names";

let objects = 0;

interface Book {
  names: Names;
  open(): Names;
  clock: { now: number };
  asked: string[];
  ask(id: string): Promise<NameAnswer>;
  answers: Map<string, NameAnswer>;
}

function withBook(run: (book: Book) => Promise<void>): Promise<void> {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName(`names-${++objects}`));
  return runInDurableObject(stub, async (_, { storage }) => {
    const clock = { now: 1_800_000_000_000 };
    const asked: string[] = [];
    const answers = new Map<string, NameAnswer>();
    const open = () => new Names(storage, () => clock.now);
    await run({
      names: open(),
      open,
      clock,
      asked,
      answers,
      async ask(id) {
        asked.push(id);
        await scheduler.wait(1);
        return answers.get(id) ?? { kind: "name", name: `Name of ${id}` };
      },
    });
  });
}

test("SLK-3 a person is asked for once a day, however many ask and wherever the object was restarted", () =>
  withBook(async ({ names, open, clock, asked, ask }) => {
    const all = await Promise.all(Array.from({ length: 100 }, () => names.namesOf(["U1", "U1", "U2"], ask)));
    expect(new Set(all.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ U1: "Name of U1", U2: "Name of U2" })]),
    );
    clock.now += freshMs - 1;
    expect(await open().namesOf(["U2"], ask)).toEqual({ U2: "Name of U2" });
    expect(asked).toEqual(["U1", "U2"]);
    clock.now += 1;
    await open().namesOf(["U2"], ask);
    expect(asked).toEqual(["U1", "U2", "U2"]);
  }));

test("SLK-3 after a 429 nobody asks before its time, and yesterday's name is shown meanwhile", () =>
  withBook(async ({ names, clock, asked, ask, answers }) => {
    await names.namesOf(["U1"], ask);
    clock.now += freshMs;
    answers.set("U1", { kind: "later", waitMs: 30_000 });
    answers.set("U2", { kind: "later", waitMs: 30_000 });
    expect(await names.namesOf(["U1", "U2"], ask)).toEqual({ U1: "Name of U1" });
    clock.now += 29_999;
    expect(await names.namesOf(["U1", "U2"], ask)).toEqual({ U1: "Name of U1" });
    expect(asked).toEqual(["U1", "U1", "U2"]);
    clock.now += 1;
    answers.clear();
    expect(await names.namesOf(["U2"], ask)).toEqual({ U2: "Name of U2" });
  }));

test("SLK-3 whom the platform does not know is not asked for again that day, and has no name", () =>
  withBook(async ({ names, asked, ask, answers }) => {
    answers.set("U9", { kind: "nobody" });
    expect(await names.namesOf(["U9"], ask)).toEqual({});
    expect(await names.namesOf(["U9"], ask)).toEqual({});
    expect(asked).toEqual(["U9"]);
  }));

test("SLK-3 a call asks for a bounded number of people, and one that throws costs nobody their name", () =>
  withBook(async ({ names, asked, ask }) => {
    const ids = Array.from({ length: 200 }, (_, at) => `U${at}`);
    expect(Object.keys(await names.namesOf(ids, ask))).toHaveLength(50);
    expect(asked).toHaveLength(50);
    const fails = (id: string) => (id === "X1" ? Promise.reject(new Error("cut")) : ask(id));
    expect(await names.namesOf(["X1", "X2"], fails)).toEqual({ X2: "Name of X2" });
  }));
