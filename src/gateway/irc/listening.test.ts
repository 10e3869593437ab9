import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { forgetListening, makeListening } from "#gateway/irc/listening";

test("T8 a connection that was lost says since when it heard nothing, once it is in a channel again", () => {
  const listening = makeListening(undefined, "host");
  expect(listening.joined(1000)).toBeUndefined();
  listening.heard(2000);
  listening.lost();
  listening.heard(50_000);
  listening.lost();
  expect(listening.joined(60_000)).toEqual({ from: 2000, to: 60_000 });
  expect(listening.joined(60_100)).toBeUndefined();
});

test("T8 a killed process is known by the next one, within five seconds; one that only tried to connect is not", () => {
  const database = new DatabaseSync(":memory:");
  const first = makeListening(database, "host");
  first.heard(500);
  expect(makeListening(database, "host").joined(900)).toBeUndefined();
  first.joined(1000);
  for (const at of [10_000, 14_000, 16_000, 20_900]) first.heard(at);
  expect(makeListening(database, "other").joined(70_000)).toBeUndefined();
  expect(makeListening(database, "host").joined(70_000)).toEqual({ from: 16_000, to: 70_000 });
  forgetListening(database, "host");
  expect(makeListening(database, "host").joined(80_000)).toBeUndefined();
});
