import { expect, test } from "vitest";
import { inChannel, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

const hourMs = 3_600_000;
const late = { module: "core", response: { type: "chat" as const, text: "and one thing more" } };

test("SES-1 a session lives an hour from its last use, and is over after an hour of silence", () =>
  inChannel(async ({ channel, clock }) => {
    const event = aChatEvent({ origin: "api" });
    const ran = await channel.run("twitch:1000", event, 1000);
    const sessionId = ran.kind === "done" ? ran.execution.sessionId : "";
    clock.now += hourMs - 1000;
    expect(channel.desk.session(sessionId)).toEqual({ entityId: "twitch:1000", requestCount: 2 });
    clock.now += hourMs - 1000;
    expect(channel.desk.session(sessionId)).toMatchObject({ requestCount: 3 });
    clock.now += hourMs;
    expect(channel.desk.session(sessionId)).toBeUndefined();
    expect(channel.respond({ ...late, eventId: event.id, sessionId })).toMatchObject({ code: "not_found" });
  }));

test("SES-2 two events have two sessions, and one of another channel is refused as such", () =>
  inChannel(async ({ channel }) => {
    const [first, second] = [aChatEvent({ origin: "api" }), aChatEvent({ origin: "api" })];
    const runs = [
      await channel.run("twitch:1000", first, 1000),
      await channel.run("twitch:1000", second, 1000),
    ];
    const ids = runs.map((ran) => (ran.kind === "done" ? ran.execution.sessionId : ""));
    expect(new Set(ids).size).toBe(2);
    const foreign = `sess_00000000${ids[0]?.slice(-24)}`;
    expect(channel.respond({ ...late, eventId: first.id, sessionId: foreign })).toMatchObject({
      code: "forbidden",
    });
  }));

test("SES-3 with the session store gone the event is handled, no late answer is accepted, and a warning says so", () =>
  inChannel(async ({ channel, seen, sql }) => {
    sql.exec("ALTER TABLE sessions RENAME TO sessions_away");
    const event = aChatEvent({ text: "!ping", origin: "api" });
    const ran = await channel.run("twitch:1000", event, 1000);
    expect(ran).toMatchObject({ kind: "done", replies: ["pong"], execution: { status: "success" } });
    const sessionId = ran.kind === "done" ? ran.execution.sessionId : "";
    expect(channel.respond({ ...late, eventId: event.id, sessionId })).toMatchObject({ code: "not_found" });
    expect(seen.logs).toContainEqual(expect.objectContaining({ level: "WARNING", action: "session.open" }));
  }));

test("CCH-1 the configuration is read once in 300 s, however many events come", () =>
  inChannel(async ({ channel, seen, clock, settled }) => {
    for (const text of ["one", "!ping", "three"]) await channel.accept("twitch:1000", [aChatEvent({ text })]);
    await settled();
    clock.now += 299_000;
    await channel.accept("twitch:1000", [aChatEvent()]);
    await settled();
    expect(seen.configLoads).toBe(1);
    clock.now += 1000;
    await channel.accept("twitch:1000", [aChatEvent()]);
    await settled();
    expect(seen.configLoads).toBe(2);
  }));

test("CCH-2 a bump makes the change act on the very next event", () =>
  inChannel(async ({ channel, deps, seen }) => {
    await channel.run("twitch:1000", aChatEvent({ text: "!ping", origin: "api" }), 1000);
    deps.loadConfig = async () => aConfig({ version: 2, commands: [aCommand({ isEnabled: false })] });
    channel.bumpConfig(2);
    const after = await channel.run("twitch:1000", aChatEvent({ text: "!ping", origin: "api" }), 1000);
    expect(after).toMatchObject({ kind: "done", execution: { status: "refused", code: "disabled" } });
    expect(seen.invocations).toHaveLength(1);
  }));

test("a late answer sent twice is said once, also after a restart; other words, or a key of its own, are another answer", () =>
  inChannel(async ({ channel, settled, seen, restart }) => {
    const event = aChatEvent({ origin: "api" });
    const ran = await channel.run("twitch:1000", event, 1000);
    const sessionId = ran.kind === "done" ? ran.execution.sessionId : "";
    const answer = { ...late, eventId: event.id, sessionId };
    const first = channel.respond(answer);
    const second = channel.respond(answer);
    expect(first).toMatchObject({ ok: true, value: { sessionId, isRepeat: false } });
    expect(second).toMatchObject({ ok: true, value: { isRepeat: true, key: first.ok && first.value.key } });
    await settled();
    const next = restart();
    expect(next.channel.respond(answer)).toMatchObject({ value: { isRepeat: true } });
    const more = [{ key: "1" }, { key: "2" }, { key: "1" }].map((one) =>
      next.channel.respond({ ...answer, ...one }),
    );
    expect(more.map((one) => one.ok && one.value.isRepeat)).toEqual([false, false, true]);
    next.channel.respond({ ...answer, response: { type: "chat", text: "other words" } });
    await next.settled();
    const words = late.response.text;
    expect([...seen.carried, ...next.seen.carried].map(textOf)).toEqual([words, words, words, "other words"]);
  }));
