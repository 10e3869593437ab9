import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { claimReply } from "#contracts/coordination";
import {
  aLine,
  demoId,
  type RouterStack,
  startRouter,
  twitchEntity,
  twitchServer,
} from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";
import { makeUserToken } from "#workers/api/access/user-token";
import { startCron } from "#workers/edge/scheduled/start-cron";

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
  await router.database.db.execute(sql`
    INSERT INTO hub_users (username, display_name) VALUES ('adam', 'Adam'), ('meg', 'Meg'), ('bob', 'Bob')`);
  await router.database.db.execute(sql`
    INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    SELECT id, 'twitch', username, username FROM hub_users`);
  await router.database.db.execute(sql`
    INSERT INTO community_rbac (community_id, user_key, role)
    VALUES (${demoId}, 'twitch:adam', 'admin'), (${demoId}, 'twitch:meg', 'moderator')`);
});
afterAll(async () => router?.close());

const receivers = z.object({
  receivers: z.array(
    z.object({ module_name: z.string(), status: z.string(), last_heartbeat: z.string().nullable() }).loose(),
  ),
});
const listReceivers = async () => receivers.parse(await router.ask("/api/v1/receivers")).receivers;

async function asPerson(username: string, path: string) {
  const { rows } = await router.database.db.execute(
    sql`SELECT id FROM hub_users WHERE username = ${username}`,
  );
  const owner = { userId: String(rows[0]?.["id"]), username, email: `${username}@example.org`, roles: [] };
  const token = await makeUserToken(owner, router.stack.secrets.jwtSecret);
  const response = await fetch(new URL(path, router.stack.url), {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: await response.json() };
}

test("RCV-1 the edge's receivers register when it starts and beat with its cron trigger; a start changes nothing but the beat", async () => {
  const { workers } = router.stack;
  await workers.runScheduled("waddlebot-edge", new Date(), startCron);
  const first = await listReceivers();
  expect(first.map(({ module_name }) => module_name)).toEqual(
    expect.arrayContaining(["edge-discord", "edge-irc", "edge-slack", "edge-twitch"]),
  );
  const twitch = (all: typeof first) => all.find(({ module_name }) => module_name === "edge-twitch");
  expect(twitch(first)).toMatchObject({
    platform: "twitch",
    status: "active",
    endpoint_url: "/webhooks/twitch",
  });
  // Not in its minute, then in it.
  await workers.runScheduled("waddlebot-edge", new Date(Date.UTC(2026, 4, 1, 12, 3)));
  expect(twitch(await listReceivers())).toEqual(twitch(first));
  await workers.runScheduled("waddlebot-edge", new Date(Date.UTC(2026, 4, 1, 12, 5)));
  const second = await listReceivers();
  expect(second).toHaveLength(first.length);
  expect(Date.parse(twitch(second)?.last_heartbeat ?? "")).toBeGreaterThan(
    Date.parse(twitch(first)?.last_heartbeat ?? ""),
  );
});

test("RCV-2 an event for a channel that is switched off is ignored: no module is called, nothing is counted or logged raw", async () => {
  await router.say("", { message_type: "follow", user_name: "Early" });
  await router.database.db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id, is_active)
    VALUES ('twitch:777', ${demoId}, 'twitch', '777', false)`);
  const off = { server_id: "777", message_type: "follow", user_name: "Nobody", user_id: "404404" };
  expect(await router.say("", off)).toMatchObject({ processed: false });
  await router.say("", { message_type: "cheer", bits: 150, user_id: "515", user_name: "Bits" });
  const events = async () =>
    z
      .object({ events: z.array(z.looseObject({ type: z.string(), entity_id: z.string() })) })
      .parse(await router.ask("/api/v1/receivers/events?limit=50")).events;
  const logged = await eventually(events, (all) => all.some(({ type }) => type === "cheer"), 30_000);
  expect(logged.map(({ entity_id }) => entity_id)).not.toContain("twitch:777");
  const known = await router.database.db.execute(sql`
    SELECT count(*)::int AS n FROM community_activity WHERE user_key = 'twitch:404404'`);
  expect(known.rows).toEqual([{ n: 0 }]);
});

test("RCV-3 TWI-3 a cheer that comes twice is one raw event and one activity of 150", async () => {
  const json = aLine({
    message_type: "cheer",
    bits: 150,
    message_content: "",
    user_id: "150150",
    user_name: "Cheery",
    message_id: "once",
  });
  expect((await router.call("events", { json })).status).toBe(200);
  await router.call("events", { json });
  const path = `/api/v1/receivers/activities?community_id=${demoId}&type=cheer&user=${encodeURIComponent("twitch:150150")}`;
  const found = await eventually(
    () => router.ask(path),
    (answer) => z.object({ count: z.int() }).parse(answer).count > 0,
    30_000,
  );
  expect(found).toMatchObject({
    count: 1,
    activities: [
      {
        activity_type: "cheer",
        amount: 150,
        user_name: "Cheery",
        context_sent: true,
        entity_id: twitchEntity,
      },
    ],
  });
  const points = await router.database.db.execute(sql`
    SELECT points::int FROM community_activity WHERE community_id = 2 AND user_key = 'twitch:150150'`);
  expect(points.rows).toEqual([{ points: 150 }]);
  expect(JSON.stringify(await router.ask("/api/v1/receivers/events"))).not.toContain("replyTo");
});

test("the log is the admins' of its community: pages and ranges for them, no such community for everybody else", async () => {
  const log = `/api/v1/receivers/events?community_id=${demoId}`;
  expect((await asPerson("adam", log)).status).toBe(200);
  expect((await asPerson("adam", "/api/v1/receivers/events")).status).toBe(404);
  expect((await asPerson("adam", "/api/v1/receivers/events?community_id=1")).status).toBe(404);
  expect((await asPerson("adam", "/api/v1/receivers")).status).toBe(403);
  for (const name of ["meg", "bob"]) expect((await asPerson(name, log)).status).toBe(404);
  const foreign = await router.makeKey({ roles: ["admin"], community_id: 1 });
  expect((await router.call(log, { key: foreign })).status).toBe(404);
  expect((await router.call("/api/v1/receivers", { key: foreign })).status).toBe(403);
  const collector = await router.makeKey({ roles: ["trigger"] });
  expect((await router.call(log, { key: collector })).status).toBe(403);

  const page = z.object({ events: z.array(z.looseObject({ id: z.string(), occurred_at: z.string() })) });
  const all = page.parse(await router.ask(log)).events;
  expect(all.length).toBeGreaterThan(1);
  const [newest, next] = all;
  const paged = page.parse(await router.ask(`${log}&limit=1&before=${newest?.id}`)).events;
  expect(paged).toEqual([next]);
  const until = encodeURIComponent(new Date(Date.parse(all.at(-1)?.occurred_at ?? "") - 1).toISOString());
  expect(page.parse(await router.ask(`${log}&to=${until}`)).events).toEqual([]);
});

test("a signed-in person looks into the channels they moderate and no other; a demotion acts at once", async () => {
  const ran = await router.say("!ping");
  const path = `/api/v1/router/executions/${ran["execution_id"]}`;
  expect((await asPerson("meg", path)).status).toBe(200);
  expect((await asPerson("adam", path)).status).toBe(200);
  expect((await asPerson("bob", path)).status).toBe(404);
  await router.database.db.execute(sql`DELETE FROM community_rbac WHERE user_key = 'twitch:meg'`);
  expect((await asPerson("meg", path)).status).toBe(404);
});

test("CRD-3 a collector whose claim is over reports no more events; the one that has it now does", async () => {
  const claim = async (container_id: string) => {
    const json = { platform: "twitch", container_id, max_claims: 100 };
    const { body } = await router.call("/router/coordination/claim", { json });
    return (
      claimReply.parse(body).claimed_entities.find(({ entity_id }) => entity_id === twitchEntity)?.fencing ??
      0
    );
  };
  const report = async (fence: number | string) => {
    const response = await fetch(new URL("/api/v1/router/events", router.stack.url), {
      method: "POST",
      headers: {
        "x-api-key": router.stack.secrets.serviceApiKey,
        "content-type": "application/json",
        "x-coordination-fence": String(fence),
      },
      body: JSON.stringify(aLine({ message_content: "!ping" })),
    });
    await response.text();
    return response.status;
  };
  await router
    .ask("/api/v1/router/coordination/populate", { json: { platform: "twitch" } })
    .catch(() => undefined);
  const old = await claim("old");
  expect(old).toBeGreaterThan(0);
  expect(await report(old)).toBe(200);
  await router.call("/router/coordination/release", { json: { container_id: "old" } });
  expect(await report(old)).toBe(409);
  const young = await claim("young");
  expect(young).toBeGreaterThan(old);
  expect(await report(old)).toBe(409);
  expect(await report(young)).toBe(200);
  expect(await report("x")).toBe(400);
});

test("what the legacy list of channels says of one is what its flushes said", async () => {
  await router.say("hello");
  const list = async () => {
    const { body } = await router.call(`/api/servers?platform=twitch&limit=100`);
    return z
      .object({
        servers: z.array(z.looseObject({ server_id: z.string(), last_activity: z.string().nullable() })),
      })
      .parse(body)
      .servers.find(({ server_id }) => server_id === twitchServer);
  };
  const found = await eventually(list, (one) => one?.last_activity !== null, 30_000);
  expect(Date.now() - Date.parse(found?.last_activity ?? "")).toBeLessThan(120_000);
  expect(found).toMatchObject({ webhook_url: null, updated_at: expect.any(String) });
});
