import { expect, test } from "vitest";
import type { NamePlace } from "#contracts/people-names";
import { PeopleNames } from "#durable-objects/channel/people-names";
import { aChatEvent } from "#test/fakes/events";

const met = (id: string, name = id) => {
  const event = aChatEvent({ text: "hi" });
  return {
    event: { ...event, entityId: "slack:T1:C1", platform: "slack", user: { ...event.user, id, name } },
  };
};

function aChannel(answer: (ids: readonly string[]) => Promise<Record<string, string>>) {
  const clock = { now: 1_800_000_000_000 };
  const asked: { place: NamePlace; ids: readonly string[] }[] = [];
  const names = new PeopleNames({
    now: () => clock.now,
    namesOf: async (place, ids) => {
      asked.push({ place, ids });
      return answer(ids);
    },
  });
  const namesOf = async (...rows: ReturnType<typeof met>[]) =>
    (await names.name(rows)).map(({ event }) => event.user.name);
  return { clock, asked, namesOf };
}

test("SLK-3 who is named by id alone is called by name; a batch asks once, and nobody who has a name", async () => {
  const { asked, namesOf } = aChannel(async () => ({ U1: "Ada", U2: "Bob" }));
  expect(await namesOf(met("U1"), met("U2"), met("U3", "Zoe"), met("U1"))).toEqual([
    "Ada",
    "Bob",
    "Zoe",
    "Ada",
  ]);
  expect(await namesOf(met("U2"))).toEqual(["Bob"]);
  expect(await namesOf(met("U3", "Zoe"))).toEqual(["Zoe"]);
  expect(asked).toEqual([
    { place: { platform: "slack", server: "T1", entityId: "slack:T1:C1" }, ids: ["U1", "U2"] },
  ]);
});

test("SLK-3 without a name the id stays, and a book that fails holds nothing up twice", async () => {
  const { clock, asked, namesOf } = aChannel(async () => {
    throw new Error("away");
  });
  expect(await namesOf(met("U1"))).toEqual(["U1"]);
  expect(await namesOf(met("U1"), met("U2"))).toEqual(["U1", "U2"]);
  expect(asked).toHaveLength(1);
  clock.now += 60_000;
  expect(await namesOf(met("U1"))).toEqual(["U1"]);
  expect(asked).toHaveLength(2);
});

test("SLK-3 whom nobody knows is asked for again after five minutes", async () => {
  const { clock, asked, namesOf } = aChannel(async () => ({}));
  await namesOf(met("U1"));
  clock.now += 299_999;
  await namesOf(met("U1"));
  expect(asked).toHaveLength(1);
  clock.now += 1;
  await namesOf(met("U1"));
  expect(asked).toHaveLength(2);
});
