import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { timersPerChannel } from "#contracts/timer";
import { type Answer, demoId, type RouterStack, startRouter, twitchEntity } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";
import { makeUserToken } from "#workers/api/access/user-token";

const base = `/api/v1/communities/${demoId}/timers`;
const made = z.object({ timer: z.looseObject({ id: z.int(), next_run: z.string().nullable() }) });

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
  const { db } = router.database;
  await db.execute(sql`INSERT INTO communities (id, slug, name) VALUES (50, 'elsewhere', 'Elsewhere')`);
  await db.execute(sql`
    INSERT INTO commands (community_id, prefix, name, module, handler, description, usage, permission_level)
    VALUES (2, '!', 'modping', 'core', 'ping', 'x', '!modping', 'moderator')`);
  await db.execute(
    sql`INSERT INTO hub_users (username, display_name) VALUES ('meg', 'Meg'), ('vic', 'Vic'), ('max', 'Max')`,
  );
  await db.execute(sql`
    INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    SELECT id, 'twitch', username, username FROM hub_users`);
  await assign("meg", "moderator");
  await assign("max", "user");
});
afterAll(() => router?.close());

async function assign(login: string, role: string): Promise<void> {
  const json = { assignments: [{ user_key: `twitch:${login}`, community_id: demoId, role }] };
  expect((await router.call("/api/v1/rbac/roles/assign", { json })).status).toBe(200);
}

const aTimer = (facts: Record<string, unknown> = {}) => {
  return { entity_id: twitchEntity, action: "message", payload: "tick", cron: "*/10 * * * *", ...facts };
};
const post = (facts?: Record<string, unknown>, key?: string) =>
  router.call(base, { json: aTimer(facts), ...(key ? { key } : {}) });

async function make(facts?: Record<string, unknown>) {
  return made.parse(await router.ask(base, { json: aTimer(facts) })).timer;
}

const remove = (id: number) => router.ask(`${base}/${id}`, { method: "DELETE" });
const fieldsOf = ({ body }: Answer) =>
  z
    .object({ error: z.object({ details: z.array(z.object({ field: z.string() })) }) })
    .parse(body)
    .error.details.map(({ field }) => field);

/** As a signed-in person: their token, through the front door. */
async function asPerson(login: string, path: string, json?: unknown): Promise<Answer> {
  const { rows } = await router.database.db.execute(sql`SELECT id FROM hub_users WHERE username = ${login}`);
  const owner = {
    userId: String(rows[0]?.["id"]),
    username: login,
    email: `${login}@example.org`,
    roles: [],
  };
  const token = await makeUserToken(owner, router.stack.secrets.jwtSecret);
  const response = await fetch(new URL(path, router.stack.url), {
    method: json === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: json === undefined ? null : JSON.stringify(json),
  });
  return { status: response.status, body: await response.json() };
}

/** The timer's clock is turned, so that its next tick is a second away; a change makes the channel look again. */
async function almostDue(id: number, seconds = 1): Promise<void> {
  await router.database.db.execute(
    sql`UPDATE timers SET since = now() - make_interval(secs => ${60 - seconds}) WHERE id = ${id}`,
  );
  await router.ask(`${base}/${id}`, { method: "PUT", json: { min_lines_since_last: 0 } });
}

const botLines = () =>
  router.stack.simulators
    .transcript()
    .filter(({ author }) => author.kind === "bot")
    .map(({ text }) => text);

describe("CRN-1 CRN-2 through the whole house", () => {
  test("CRN-1 a timer says its line in its channel, once, and shows when it ran and will run", async () => {
    const { id } = await make({ cron: null, interval_seconds: 60, payload: "drink water" });
    await almostDue(id);
    await eventually(botLines, (lines) => lines.includes("drink water"), 15_000);
    const { timer } = made.parse(await router.ask(`${base}/${id}`));
    const [last, next] = [timer["last_run"], timer.next_run].map((text) => Date.parse(String(text)));
    expect(Date.now() - Number(last)).toBeLessThan(15_000);
    expect(Number(next) - Number(last)).toBeGreaterThan(50_000);
    expect(botLines().filter((line) => line === "drink water")).toHaveLength(1);
    await remove(id);
  });

  test("CRN-2 a timer runs a registered command as the house, and what it may not is refused and recorded", async () => {
    const { id } = await make({ cron: null, interval_seconds: 60, action: "command", payload: "!modping" });
    await almostDue(id);
    await eventually(botLines, (lines) => lines.some((line) => /pong/i.test(line)), 15_000);
    await router.ask(`${base}/${id}`, { method: "PUT", json: { payload: "!ban bob" } });
    await router.database.db.execute(sql`
      INSERT INTO commands (community_id, prefix, name, module, handler, description, usage, permission_level)
      VALUES (2, '!', 'ban', 'core', 'ping', 'x', '!ban', 'everyone')`);
    await almostDue(id);
    const executions = () => router.ask(`executions?entity_id=${encodeURIComponent(twitchEntity)}&limit=5`);
    const seen = await eventually(executions, (found) => JSON.stringify(found).includes("forbidden"), 15_000);
    expect(JSON.stringify(seen)).toContain("@timer/");
    await remove(id);
  });

  test("CRN-1 a timer taken away or switched off does not run", async () => {
    const off = await make({ cron: null, interval_seconds: 60, payload: "off" });
    const gone = await make({ cron: null, interval_seconds: 60, payload: "gone" });
    await almostDue(off.id, 3);
    await almostDue(gone.id, 3);
    await router.ask(`${base}/${off.id}`, { method: "PUT", json: { enabled: false } });
    await remove(gone.id);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(botLines().filter((line) => line === "off" || line === "gone")).toEqual([]);
    expect(made.parse(await router.ask(`${base}/${off.id}`)).timer.next_run).toBeNull();
    await remove(off.id);
  });
});

describe("CRN-4 what is no timer", () => {
  test.each([
    [{ cron: "61 * * * *" }, "cron"],
    [{ cron: "0 0 31 2 *" }, "cron"],
    [{ cron: "@hourly" }, "cron"],
    [{ cron: null }, "cron"],
    [{ interval_seconds: 120 }, "interval_seconds"],
    [{ cron: null, interval_seconds: 59 }, "interval_seconds"],
    [{ timezone: "Mars/Olympus" }, "timezone"],
    [{ timezone: "+01:00" }, "timezone"],
    [{ action: "workflow", payload: "7" }, "action"],
    [{ action: "command", payload: "hello" }, "payload"],
    [{ payload: "x".repeat(501) }, "payload"],
    [{ payload: "half \ud800" }, "payload"],
    [{ payload: "nul \0" }, "payload"],
    [{ min_lines_since_last: -1 }, "min_lines_since_last"],
  ])("%j is 400 and names %s", async (facts, field) => {
    const answer = await post(facts);
    expect(answer.status, JSON.stringify(answer.body)).toBe(400);
    expect(fieldsOf(answer)).toContain(field);
  });

  test("a change is checked together with the rest", async () => {
    const { id } = await make();
    const answer = await router.call(`${base}/${id}`, { method: "PUT", json: { interval_seconds: 600 } });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { details: [{ field: "interval_seconds" }] } },
    });
    const json = { cron: null, interval_seconds: 600 };
    expect(await router.ask(`${base}/${id}`, { method: "PUT", json })).toMatchObject({
      timer: { cron: null, interval_seconds: 600 },
    });
    await remove(id);
  });
});

describe("who may", () => {
  test("threat 4: another community's timers, channels and numbers look as if they were not there", async () => {
    const { id } = await make();
    const foreign = await router.makeKey({ roles: ["admin"], community_id: 50 });
    const answers = await Promise.all([
      router.call(base, { key: foreign }),
      router.call(`${base}/${id}`, { key: foreign }),
      router.call(`/api/v1/communities/50/timers/${id}`, { key: foreign }),
      router.call(`/api/v1/communities/50/timers`, { key: foreign, json: aTimer() }),
      router.call(`${base}/${id}`, { key: foreign, method: "DELETE" }),
      router.call(`${base}/${id}`, { key: foreign, method: "PUT", json: { payload: "mine" } }),
      router.call(`${base}/999999`),
      post({ entity_id: "twitch:999" }),
      asPerson("vic", base),
      asPerson("meg", "/api/v1/communities/50/timers"),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await router.call(base, { key: await router.makeKey({ roles: ["trigger"] }) })).status).toBe(403);
    expect((await asPerson("max", base, aTimer())).status).toBe(403);
    await remove(id);
  });

  test("CRN-2 a moderator makes timers that are a moderator's and no more than their maker still is", async () => {
    const json = aTimer({ cron: null, interval_seconds: 60, action: "command", payload: "!modping" });
    const answer = await asPerson("meg", base, json);
    expect(answer).toMatchObject({ status: 201, body: { data: { timer: { role: "moderator" } } } });
    const { rows } = await router.database.db.execute(
      sql`SELECT makers FROM timers WHERE payload = '!modping'`,
    );
    expect(rows).toEqual([{ makers: ["twitch:meg"] }]);
    const owner = await make({ action: "command", payload: "!modping" });
    expect(owner).toMatchObject({ role: "moderator" });
    for (const { id } of z.array(z.object({ id: z.int() })).parse((await router.ask(base))["timers"]))
      await remove(id);
  });
});

test("HRD every change is one audit row, with who did it", async () => {
  const { id } = await make();
  await router.ask(`${base}/${id}`, { method: "PUT", json: { payload: "other" } });
  await remove(id);
  const { rows } = await router.database.db.execute(sql`
    SELECT action, actor, community_id FROM audit_log WHERE resource_type = 'timer' AND resource_id = ${String(id)} ORDER BY id`);
  const row = (action: string) => ({ action, actor: "service", community_id: demoId });
  expect(rows).toEqual(["timer.create", "timer.update", "timer.delete"].map(row));
});

test("threat 31: a channel has room for so many timers, even when the last two are asked for at once", async () => {
  await router.database.db.execute(sql`
    INSERT INTO timers (community_id, entity_id, cron, action, payload, role, created_by, is_enabled)
    SELECT ${demoId}, ${twitchEntity}, '0 0 1 1 *', 'message', 'x', 'moderator', 'test', false
    FROM generate_series(1, ${timersPerChannel - 1})`);
  const answers = await Promise.all([post(), post(), post()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
});
