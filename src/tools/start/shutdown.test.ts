import { expect, test } from "vitest";
import { makeShutdown } from "#tools/start/shutdown";

test("closes in reverse order, and one that fails does not keep the others", async () => {
  const closed: string[] = [];
  const shutdown = makeShutdown();
  shutdown.add("first", async () => closed.push("first"));
  shutdown.add("broken", () => Promise.reject(new Error("cannot close")));
  shutdown.add("last", async () => closed.push("last"));
  expect(await shutdown.stop(1000)).toEqual([]);
  expect(closed).toEqual(["last", "first"]);
});

test("what starts while everything stops is closed at once", async () => {
  const shutdown = makeShutdown();
  await shutdown.stop(1000);
  const closed = new Promise((resolve) => shutdown.add("late", async () => resolve("closed")));
  expect(await closed).toBe("closed");
});

test("what hangs is named after the limit, together with what still waited", async () => {
  const shutdown = makeShutdown();
  shutdown.add("waiting", async () => undefined);
  shutdown.add("hanging", () => new Promise(() => undefined));
  shutdown.add("quick", async () => undefined);
  expect(await shutdown.stop(20)).toEqual(["waiting", "hanging"]);
});
