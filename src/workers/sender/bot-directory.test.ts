import { expect, test } from "vitest";
import { BotDirectory, type BotGrant } from "#workers/sender/bot-directory";

const place = { platform: "kick", entityId: "kick:1", server: "1", isInstall: false };
const own: BotGrant = { communityId: 7, account: "9" };

function aWorld() {
  const work: Promise<unknown>[] = [];
  const world = { now: 0, answers: [] as (() => Promise<BotGrant[]>)[], asked: 0, work };
  const deps = {
    find: async () => {
      world.asked++;
      const answer = world.answers.shift();
      if (!answer) throw new Error("the database is away");
      return answer();
    },
    now: () => world.now,
    background: (promise: Promise<unknown>) => void work.push(promise),
  };
  const directory = new BotDirectory();
  return { world, directory, ask: () => directory.botsFor(place, deps) };
}

test("a place is asked about once a minute, and only the first message waits for it", async () => {
  const { world, ask } = aWorld();
  world.answers.push(
    async () => [],
    async () => [own],
  );
  expect(await ask()).toEqual([]);
  world.now = 59_999;
  expect(await ask()).toEqual([]);
  expect(world.asked).toBe(1);
  world.now = 60_000;
  expect([await ask(), await ask()]).toEqual([[], []]);
  expect(world.asked).toBe(2);
  await Promise.all(world.work);
  expect(await ask()).toEqual([own]);
});

test("while nobody answers what was known stays true; nothing known is an error, not nobody", async () => {
  const { world, ask } = aWorld();
  await expect(ask()).rejects.toThrow("the database is away");
  world.answers.push(async () => [own]);
  expect(await ask()).toEqual([own]);
  world.now = 60_000;
  await ask();
  await Promise.all(world.work);
  expect(await ask()).toEqual([own]);
});

test("a connection made here counts at once", async () => {
  const { world, directory, ask } = aWorld();
  world.answers.push(
    async () => [],
    async () => [own],
  );
  await ask();
  directory.forget();
  expect(await ask()).toEqual([own]);
});
