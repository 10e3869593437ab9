import { expect, test } from "vitest";
import { inChannel } from "#test/fakes/channel-life.workerd";
import { aChatEvent } from "#test/fakes/events";

const canary = "canary-4711";
const by = (id: string, text: string) =>
  aChatEvent({ text, user: { id, login: `login-${text.slice(1)}`, name: text.slice(1), badges: [] } });

test("threat 28: a channel forgets a person's records, answers and sums, and nobody else's", () =>
  inChannel(async ({ channel, settled, sql }) => {
    await channel.accept("twitch:1000", [by("7", `!ping ${canary}`), by("8", "!ping bob")]);
    await settled();
    await channel.accept("twitch:1000", [by("7", `just ${canary}`)]);
    await settled();
    const tables = ["traces", "retries", "dead", "sessions", "outbox", "activity"];
    const dump = () =>
      JSON.stringify([
        tables.map((table) => sql.exec(`SELECT * FROM ${table}`).toArray()),
        channel.desk.executions({ limit: 100 }),
      ]);
    expect(dump()).toContain(canary);
    expect(channel.desk.forget(["twitch:7"])).toBeGreaterThan(1);
    expect(dump()).not.toContain(canary);
    expect(dump()).toContain("bob");
    expect(channel.desk.forget(["twitch:7", "nonsense"])).toBe(0);
  }));
