import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { demoIds } from "#simulators/demo";
import { requireViewer } from "#simulators/viewers";
import { demoId, type RouterStack, startRouter } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";
import { makeUserToken } from "#workers/api/access/user-token";

const community = `/api/v1/communities/${demoId}`;
const base = `${community}/labels`;
const groups = `${community}/entity-groups`;
const discordChannel = `discord:${demoIds.discordGuildId}:${demoIds.discordChannelId}`;
const mo = `discord:${requireViewer("mo").discordId}`;

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
  const { db } = router.database;
  await db.execute(sql`INSERT INTO communities (id, slug, name) VALUES (50, 'elsewhere', 'Elsewhere')`);
  await db.execute(
    sql`INSERT INTO hub_users (username, display_name) VALUES ('meg', 'Meg'), ('vic', 'Vic'), ('max', 'Max')`,
  );
  await db.execute(sql`
    INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    SELECT id, 'twitch', username, username FROM hub_users`);
  for (const [login, role] of [
    ["meg", "moderator"],
    ["max", "user"],
  ]) {
    const json = { assignments: [{ user_key: `twitch:${login}`, community_id: demoId, role }] };
    expect((await router.call("/api/v1/rbac/roles/assign", { json })).status).toBe(200);
  }
});
afterAll(() => router?.close());

let made = 0;
async function aLabel(facts: Record<string, unknown> = {}): Promise<number> {
  const data = await router.ask(base, { json: { name: `label ${++made}`, category: "user", ...facts } });
  return z.object({ label: z.object({ id: z.int() }) }).parse(data).label.id;
}
const on = (entity_id: string, label_id: number, facts: Record<string, unknown> = {}) => {
  return { entity_type: "user", entity_id, label_id, ...facts };
};
const apply = (json: unknown) => router.call(`${base}/apply`, { json });

interface Sent {
  method?: string;
  json?: unknown;
  ifMatch?: string;
}

/** As a signed-in person, or with a header, through the front door. */
async function send(login: string | undefined, path: string, { method, json, ifMatch }: Sent = {}) {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (login === undefined) headers["x-api-key"] = router.stack.secrets.serviceApiKey;
  else {
    const { rows } = await router.database.db.execute(
      sql`SELECT id FROM hub_users WHERE username = ${login}`,
    );
    const owner = {
      userId: String(rows[0]?.["id"]),
      username: login,
      email: `${login}@example.org`,
      roles: [],
    };
    headers["authorization"] = `Bearer ${await makeUserToken(owner, router.stack.secrets.jwtSecret)}`;
  }
  if (ifMatch !== undefined) headers["if-match"] = ifMatch;
  return fetch(new URL(path, router.stack.url), {
    method: method ?? (json === undefined ? "GET" : "POST"),
    headers,
    body: json === undefined ? null : JSON.stringify(json),
  });
}

describe("labels over REST", () => {
  test("LBL-1 the sixth label of a community is 400 and says the limit", async () => {
    const ids = [];
    for (let n = 0; n < 6; n++) ids.push(await aLabel({ category: "community" }));
    const one = (id: number) => apply(on(String(demoId), id, { entity_type: "community" }));
    for (const id of ids.slice(0, 5)) expect((await one(id)).status).toBe(201);
    expect(await one(ids[5] ?? 0)).toMatchObject({
      status: 400,
      body: { error: { message: "At most 5 labels for one community." } },
    });
    const other = await apply(on("50", ids[5] ?? 0, { entity_type: "community" }));
    expect(other.status).toBe(400);
  });

  test("LBL-2 1,000 with 3 duplicates: 997 and 3; 1,001: 400", async () => {
    const id = await aLabel();
    const given = Array.from({ length: 1000 }, (_, n) => on(`twitch:${n % 997}`, id));
    const answer = await apply(given);
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { summary: { total: 1000, successful: 997, failed: 3 } } },
    });
    const tooMany = await apply([...given, on("twitch:1001", id)]);
    expect(tooMany.status).toBe(400);
    expect(JSON.stringify(tooMany.body)).toContain("1000 items");
    expect((await apply([])).status).toBe(400);
    expect((await apply(on("twitch:1", id))).status).toBe(409);
    expect((await apply(on("twitch:1", 999_999))).status).toBe(404);
  });

  test("LBL-4 a role ends with its label, by the community's own clock and not by the sweep", async () => {
    const label_id = await aLabel();
    const role_id = "556";
    const json = { name: "For a moment", entity_id: discordChannel, kind: "discord_role", role_id, label_id };
    await router.ask(groups, { json });
    const expires_at = new Date(Date.now() + 3000).toISOString();
    expect((await apply({ ...on(mo, label_id), expires_at })).status).toBe(201);
    const role = `guilds/${demoIds.discordGuildId}/members/${mo.slice(8)}/roles/${role_id}`;
    const calls = async () =>
      router.stack.simulators.discord.deeds.map(({ call }) => call).filter((call) => call.endsWith(role));
    await eventually(calls, (made) => made.length === 2, 60_000);
    expect(await calls()).toEqual([`PUT ${role}`, `DELETE ${role}`]);
  });

  test("LBL-3 a label mapped to a Discord role reaches Discord, once; taken off, it goes, once", async () => {
    const label_id = await aLabel();
    const json = {
      name: "Regulars",
      entity_id: discordChannel,
      kind: "discord_role",
      role_id: "555",
      label_id,
    };
    const { group } = z
      .object({ group: z.object({ id: z.int() }) })
      .parse(await router.ask(groups, { json }));
    expect((await apply(on(mo, label_id))).status).toBe(201);
    const members = () => router.ask(`${groups}/${group.id}/members`);
    const isMember = { members: [{ user_key: mo, reason: "auto_label", state: "member", problem: null }] };
    await eventually(members, (found) => JSON.stringify(found).includes('"member"'), 15_000);
    expect(await members()).toMatchObject(isMember);
    expect((await router.call(`${base}/remove`, { json: on(mo, label_id) })).status).toBe(200);
    await eventually(members, ({ count }) => count === 0, 15_000);
    const role = `guilds/${demoIds.discordGuildId}/members/${mo.slice(8)}/roles/555`;
    const calls = router.stack.simulators.discord.deeds.map(({ call }) => call);
    expect(calls.filter((call) => call.endsWith(role))).toEqual([`PUT ${role}`, `DELETE ${role}`]);
  });

  test("LBL-4 LBL-5 search and the entity's own list agree; expired ones are in neither", async () => {
    const [red, blue] = [await aLabel({ name: "red" }), await aLabel({ name: "blue" })];
    const expires_at = new Date(Date.now() + 60_000).toISOString();
    await apply([on("twitch:a/b%", red), on("twitch:a/b%", blue, { expires_at }), on("twitch:c", red)]);
    const search = (query: string) => router.ask(`${base}/search?entity_type=user&labels=${query}`);
    expect(await search("red,blue&match_all=true")).toMatchObject({
      entities: [{ entity_id: "twitch:a/b%" }],
    });
    expect(await search("red,blue&match_all=false&limit=1")).toMatchObject({
      count: 1,
      next_cursor: "twitch:a/b%",
    });
    expect(await search("%25&match_all=false")).toMatchObject({ count: 0 });
    await router.database.db.execute(
      sql`UPDATE entity_labels SET expires_at = now() WHERE label_id = ${blue}`,
    );
    expect(await search("blue")).toMatchObject({ count: 0 });
    const own = await router.ask(`${community}/entity/user/${encodeURIComponent("twitch:a/b%")}/labels`);
    expect(own).toMatchObject({ labels: [{ name: "red" }], count: 1 });
  });

  test("LBL-6 the house's own label is 403; another changes, under If-Match", async () => {
    const { labels } = z
      .object({ labels: z.array(z.looseObject({ id: z.int(), is_system: z.boolean() })) })
      .parse(await router.ask(`${base}?category=user&limit=500`));
    const system = labels.find(({ is_system }) => is_system);
    const json = { description: "mine" };
    const changes = [{ method: "PUT", json }, { method: "DELETE" }];
    for (const change of changes)
      expect((await router.call(`${base}/${system?.id}`, change)).status).toBe(403);

    const own = `${base}/${await aLabel()}`;
    expect((await send(undefined, own)).headers.get("etag")).toBe('"1"');
    const put = (ifMatch: string) => send(undefined, own, { method: "PUT", json, ifMatch });
    expect((await put('"1"')).headers.get("etag")).toBe('"2"');
    for (const old of ['"1"', "2", "nonsense"]) expect((await put(old)).status).toBe(412);
    expect((await send(undefined, own, { method: "DELETE", ifMatch: '"1"' })).status).toBe(412);
    expect((await send(undefined, own, { method: "DELETE", ifMatch: '"2"' })).status).toBe(200);
    expect((await send(undefined, own)).status).toBe(404);
  });
});

test.each([
  [{ name: "x".repeat(65) }, "name"],
  [{ name: " " }, "name"],
  [{ name: "a,b" }, "name"],
  [{ name: "half \ud800" }, "name"],
  [{ name: "nul \0" }, "name"],
  [{ description: "x".repeat(501) }, "description"],
  [{ color: "red" }, "color"],
  [{ color: "#12345g" }, "color"],
  [{ category: "galaxy" }, "category"],
  [{ is_system: true }, "is_system"],
])("what is no label: %j is 400 and names %s", async (facts, field) => {
  const answer = await router.call(base, { json: { name: "n", category: "user", ...facts } });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain(`"field":"${field}"`);
});

test("what is no assignment or search is 400", async () => {
  const id = await aLabel();
  const bad = [
    on("twitch:nul\0", id),
    on("not a key", id),
    on(`twitch:${"x".repeat(300)}`, id),
    on("twitch:1", id, { expires_at: "tomorrow" }),
    on("twitch:1", id, { expires_at: "2020-01-01T00:00:00Z" }),
    on("twitch:1", id, { metadata: { deep: { er: 1 } } }),
    on("twitch:1", id, { applied_by: "somebody" }),
    on("twitch:1", 0),
  ];
  for (const one of bad) expect((await apply(one)).status, JSON.stringify(one)).toBe(400);
  for (const query of [
    "labels=",
    "labels=a%00",
    `labels=${"a".repeat(1001)}`,
    "labels=a&limit=1001",
    "labels=a&cursor=%00",
  ])
    expect((await router.call(`${base}/search?entity_type=user&${query}`)).status, query).toBe(400);
});

describe("who may", () => {
  test("threat 4: another community's labels and groups look as if they were not there", async () => {
    const id = await aLabel();
    const there = "/api/v1/communities/50";
    const key = await router.makeKey({ roles: ["admin"], community_id: 50 });
    const group = {
      name: "R",
      entity_id: discordChannel,
      kind: "discord_role",
      role_id: "5",
      label_id: null,
    };
    const calls: [string, object?][] = [
      [base],
      [`${base}/${id}`],
      [`${base}/${id}`, { method: "PUT", json: { name: "mine" } }],
      [`${base}/${id}`, { method: "DELETE" }],
      [`${base}/apply`, { json: on("twitch:1", id) }],
      [`${base}/remove`, { json: on("twitch:1", id) }],
      [`${base}/search?entity_type=user&labels=red`],
      [`${community}/entity/user/twitch:1/labels`],
      [groups],
      [groups, { json: group }],
      [`${there}/labels/${id}`],
      [`${there}/labels/${id}`, { method: "DELETE" }],
      [`${there}/labels/apply`, { json: on("twitch:1", id) }],
      [`${there}/entity-groups`, { json: group }],
    ];
    const answers = await Promise.all(calls.map(([path, call]) => router.call(path, { key, ...call })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await send("vic", base)).status).toBe(404);
    expect((await send("max", base)).status).toBe(403);
  });

  test("moderators put labels on people; making them, and those that bring a role, is for admins", async () => {
    const [plain, label_id] = [await aLabel(), await aLabel()];
    await router.ask(groups, {
      json: { name: "R", entity_id: discordChannel, kind: "discord_role", role_id: "7", label_id },
    });
    expect((await send("meg", `${base}/apply`, { json: on("twitch:1z", plain) })).status).toBe(201);
    expect((await send("meg", `${base}/apply`, { json: on(mo, label_id) })).status).toBe(403);
    expect((await send("meg", base, { json: { name: "m", category: "user" } })).status).toBe(403);
    expect((await send("meg", groups)).status).toBe(403);
  });
});

test("HRD every change is one audit row, with who did it, before and after", async () => {
  const id = await aLabel();
  await router.ask(`${base}/${id}`, { method: "PUT", json: { color: "#ff0000" } });
  await apply([on("twitch:h1", id), on("twitch:h2", id)]);
  await router.ask(`${base}/${id}`, { method: "DELETE" });
  const { rows } = await router.database.db.execute(sql`
    SELECT action, actor, community_id, before IS NOT NULL AS has_before FROM audit_log
    WHERE (resource_type = 'label' AND resource_id = ${String(id)})
      OR (action = 'label.apply' AND after::text LIKE '%twitch:h1%') ORDER BY id`);
  const row = (action: string, has_before: boolean) => {
    return { action, actor: "service", community_id: demoId, has_before };
  };
  expect(rows).toEqual([
    row("label.create", false),
    row("label.update", true),
    row("label.apply", false),
    row("label.delete", true),
  ]);
});
