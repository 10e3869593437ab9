import { expect, test } from "vitest";
import { inChannel } from "#test/fakes/channel-life.workerd";
import { aChatEvent } from "#test/fakes/events";

const said = (text: string, facts: object = {}) => aChatEvent({ text, ...facts });

test("nobody watches: a plain message reaches no overlay and writes no row more", () =>
  inChannel(async ({ channel, settled, seen, rowsWritten }) => {
    await channel.accept("twitch:1000", [said("one")]);
    await settled();
    const before = rowsWritten();
    await channel.accept("twitch:1000", [said("two")]);
    await settled();
    const unwatched = rowsWritten() - before;
    expect(seen.lines).toEqual([]);
    channel.watchChat(Number.MAX_SAFE_INTEGER);
    const watchedFrom = rowsWritten();
    await channel.accept("twitch:1000", [said("three")]);
    await settled();
    expect(rowsWritten() - watchedFrom).toBe(unwatched);
    expect(seen.lines.map(({ line }) => line.text)).toEqual(["three"]);
  }));

test("while somebody watches, lines come in their order, cut, with names and badges; once the lease is over none does", () =>
  inChannel(async ({ channel, settled, seen, clock }) => {
    channel.watchChat(clock.now + 600_000);
    const user = { id: "7", login: "mo", name: "Mo", badges: ["moderator"] };
    await channel.accept("twitch:1000", [said("first", { user }), said("y".repeat(600)), said("third")]);
    await settled();
    expect(seen.lines.map(({ line }) => line.text)).toEqual(["first", "y".repeat(500), "third"]);
    expect(seen.lines[0]?.line).toEqual({
      type: "line",
      platform: "twitch",
      name: "Mo",
      text: "first",
      badges: ["moderator"],
    });
    clock.now += 600_000;
    await channel.accept("twitch:1000", [said("too late")]);
    await settled();
    expect(seen.lines).toHaveLength(3);
  }));

test("what comes while an earlier call is on its way goes with the next, and a call that fails stops nothing", () =>
  inChannel(async ({ channel, settled, deps, clock }) => {
    const calls: string[][] = [];
    let fails = true;
    const release = Promise.withResolvers<void>();
    deps.showLines = async (_, lines) => {
      calls.push(lines.map(({ line }) => line.text));
      if (calls.length === 1) await release.promise;
      if (fails) throw new Error("the overlay is away");
    };
    channel.watchChat(clock.now + 600_000);
    await channel.accept("twitch:1000", [said("a")]);
    await settled();
    await channel.accept("twitch:1000", [said("b")]);
    await channel.accept("twitch:1000", [said("c")]);
    await settled();
    expect(calls).toEqual([["a"]]);
    fails = false;
    release.resolve();
    await expect.poll(() => calls).toEqual([["a"], ["b", "c"]]);
  }));
