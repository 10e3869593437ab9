import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { demoId, type RouterStack, startRouter, twitchEntity } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
});
afterAll(async () => router?.close());

const listed = z.object({
  count: z.int(),
  dead_letters: z.array(z.looseObject({ id: z.string(), kind: z.string(), at: z.string() })),
});
const between = (from: string, to: string) =>
  `&from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;
const later = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
const oldest = (all: readonly { at: string }[]) => all.map(({ at }) => at).toSorted();

async function letters(kind: string, more = "") {
  const answer = await router.ask(`dead-letters?entity_id=${encodeURIComponent(twitchEntity)}${more}`);
  return listed.parse(answer).dead_letters.filter((letter) => letter.kind === kind);
}

async function replay(from: string, to: string): Promise<unknown> {
  const json = { entity_id: twitchEntity, from, to };
  return (await router.ask("dead-letters/replay", { json }))["replayed_count"];
}

const callsOf = (address: string) => router.fetched().filter(({ url }) => url === address).length;

test("QUE-4 of three sends that were given up, a time range takes those inside its bounds, both included, and once", async () => {
  const addresses = [1, 2, 3].map((n) => `https://lost.example/gone-once?${n}`);
  for (const [n, webhook_url] of addresses.entries()) {
    const rule = { community_id: demoId, string: `lost${n}`, action: "webhook", webhook_url };
    await router.ask("string-rules", { json: rule });
    await router.say(`lost${n}`);
    await eventually(
      () => letters("send"),
      (all) => all.length === n + 1,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const [first = "", second = "", third = ""] = oldest(await letters("send"));
  const countOf = async (from: string, to: string) => (await letters("send", between(from, to))).length;
  expect(await countOf(second, third)).toBe(2);
  expect(await countOf(first, first)).toBe(1);
  expect(await countOf(later(third, 1), later(third, 60_000))).toBe(0);
  expect(await countOf(later(first, -60_000), later(first, -1))).toBe(0);

  expect(await replay(later(third, 1), later(third, 60_000))).toBe(0);
  expect(await Promise.all([replay(second, third), replay(second, third)])).toEqual(
    expect.arrayContaining([2, 0]),
  );
  await eventually(
    () => letters("send"),
    (all) => all.length === 1,
  );
  expect(await replay(second, third)).toBe(0);
  // Whatever could still be on its way arrives; each of the two was called once more, the one outside was not.
  await router.say("hello");
  expect(addresses.map(callsOf)).toEqual([1, 2, 2]);
  expect((await letters("send"))[0]?.at).toBe(first);
});

test("QUE-4 an event that was given up is run again by its time range, once, and what it did before is not done again", async () => {
  const address = "https://late.example/late-once";
  const command = {
    prefix: "#",
    command: "tardy",
    description: "d",
    target: { type: "webhook", url: address },
  };
  await router.ask("commands", { json: { community_id: demoId, ...command } });
  const person = { user_id: "5150", user_name: "Tia" };
  const since = new Date().toISOString();
  await router.say("#tardy", person);
  const [letter] = await eventually(
    () => letters("event"),
    (all) => all.length === 1,
    30_000,
  );
  const at = letter?.at ?? "";
  expect(callsOf(address)).toBe(4);
  expect(await letters("event", between(since, later(at, -1)))).toEqual([]);
  expect(await replay(later(at, 1), later(at, 60_000))).toBe(0);
  expect(await replay(since, at)).toBe(1);
  await eventually(
    () => callsOf(address),
    (calls) => calls === 5,
  );
  expect(await replay(since, at)).toBe(0);
  expect(await letters("event", between(at, at))).toMatchObject([{ replayed_at: expect.any(String) }]);
  const messages = async () =>
    (
      await router.database.db.execute(sql`
      SELECT messages::int FROM community_activity WHERE community_id = 2 AND user_key = 'twitch:5150'`)
    ).rows;
  expect(await eventually(messages, (rows) => rows.length > 0, 30_000)).toEqual([{ messages: 1 }]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(callsOf(address)).toBe(5);
}, 60_000);
