import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type Answer, demoId, type RouterStack, startRouter, twitchEntity } from "#test/e2e/router-client";
import { makeUserToken } from "#workers/api/access/user-token";

const base = `/api/v1/communities/${demoId}`;
const rules = "/api/v1/router/string-rules";
const shown = z.looseObject({ id: z.number(), kind: z.string(), is_latest: z.boolean(), origin: z.string() });
const listed = z.object({ data: z.object({ versions: z.array(shown) }) });
const exported = z.object({ file: z.record(z.string(), z.unknown()), config_version: z.number() });

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
  const { db } = router.database;
  for (const [name, role] of [
    ["ann", "admin"],
    ["meg", "moderator"],
    ["vic", undefined],
    ["max", undefined],
  ] as const) {
    await db.execute(sql`INSERT INTO hub_users (username, display_name) VALUES (${name}, ${name})`);
    await db.execute(sql`INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
      SELECT id, 'twitch', username, username FROM hub_users WHERE username = ${name}`);
    if (name !== "max")
      await db.execute(
        sql`INSERT INTO community_memberships (community_id, user_key) VALUES (${demoId}, ${`twitch:${name}`})`,
      );
    if (role)
      await db.execute(
        sql`INSERT INTO community_rbac (community_id, user_key, role) VALUES (${demoId}, ${`twitch:${name}`}, ${role})`,
      );
  }
});
afterAll(() => router?.close());

/** As a signed-in person: ann administers the demo community, meg moderates it, vic is a member, max is nobody there. */
async function as(login: string, path: string, json?: unknown, method = "POST"): Promise<Answer> {
  const { rows } = await router.database.db.execute(sql`SELECT id FROM hub_users WHERE username = ${login}`);
  const owner = {
    userId: String(rows[0]?.["id"]),
    username: login,
    email: `${login}@example.org`,
    roles: [],
  };
  const token = await makeUserToken(owner, router.stack.secrets.jwtSecret);
  const response = await fetch(new URL(path, router.stack.url), {
    method: json === undefined && method === "POST" ? "GET" : method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: json === undefined ? null : JSON.stringify(json),
  });
  return { status: response.status, body: await response.json() };
}

const statusOf = async (answer: Promise<Answer>) => (await answer).status;
const versions = async (query = "") =>
  listed.parse((await as("ann", `${base}/versions${query}`)).body).data.versions;
const aRule = { community_id: demoId, string: "badword", action: "warn", is_shadow: true };
const undo = (login: string, id: number | undefined) => as(login, `${base}/versions/${id}/undo`, {});

describe("who may", () => {
  const reads = [
    "/api/v1/router/commands?community_id=2",
    `${rules}?community_id=2`,
    `${rules}/would-have-hit?community_id=2`,
    "/api/v1/router/communities/2/modules",
    "/api/v1/router/entities?community_id=2",
    `${base}/versions`,
    `${base}/member-pages`,
  ];
  test("HUB-3 HBR-1 a member opens the admin API and gets 403, a moderator gets in, an outsider sees nothing there", async () => {
    for (const path of reads)
      expect(
        [await statusOf(as("vic", path)), await statusOf(as("meg", path)), await statusOf(as("max", path))],
        path,
      ).toEqual([403, 200, 404]);
  });

  test("threat 4: a person names one community; a list of all of them is for services", async () => {
    for (const path of ["/api/v1/router/commands", rules, "/api/v1/router/entities"])
      expect(await as("ann", path), path).toMatchObject({
        status: 400,
        body: { error: { details: [{ field: "community_id" }] } },
      });
    const key = await router.makeKey({ roles: ["user"], community_id: demoId });
    expect((await router.call("/api/v1/router/commands", { key })).status).toBe(404);
  });

  test("threat 5: a moderator keeps rules, an admin also commands, modules and the whole", async () => {
    const word = {
      community_id: demoId,
      prefix: "!",
      command: "pong",
      description: "d",
      module_id: "core",
      handler: "ping",
    };
    const module = ["/api/v1/router/communities/2/modules/alerts", { settings: {} }, "PUT"] as const;
    expect([
      await statusOf(as("meg", "/api/v1/router/commands", word)),
      await statusOf(as("meg", ...module)),
      await statusOf(as("meg", `${base}/configuration`)),
      await statusOf(as("meg", rules, aRule)),
    ]).toEqual([403, 403, 403, 201]);
    expect([
      await statusOf(as("ann", "/api/v1/router/commands", word)),
      await statusOf(as("ann", ...module)),
      await statusOf(as("ann", `${base}/configuration`)),
    ]).toEqual([201, 200, 200]);
    const [command] = await versions("?kind=command");
    expect([await statusOf(undo("vic", command?.id)), await statusOf(undo("meg", command?.id))]).toEqual([
      403, 403,
    ]);
    expect(await statusOf(undo("ann", command?.id))).toBe(200);
  });
});

describe("undo", () => {
  test("one click takes a change back, in the channel at once, and a stale click is 409", async () => {
    const json = { is_enabled: false };
    await router.ask("/api/v1/router/communities/2/modules/core", { method: "PUT", json });
    expect(JSON.stringify(await router.say("!ping"))).toContain("switched off");
    const [off] = await versions("?kind=module");
    expect(await undo("ann", off?.id)).toMatchObject({
      status: 200,
      body: { data: { version: { origin: "undo", undoes: off?.id, actor_name: "ann" } } },
    });
    expect(JSON.stringify(await router.say("!ping"))).not.toContain("switched off");
    expect(await undo("ann", off?.id)).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining("changed since") } },
    });
    expect(await statusOf(undo("ann", 999_999))).toBe(404);
  });

  test("threat 6: a moderator sees no version of a webhook, whose address may be a capability", async () => {
    const json = { url: "https://hook.example/canary", event_types: ["follow"] };
    await router.ask(`${base}/webhooks`, { json });
    expect(JSON.stringify((await as("ann", `${base}/versions`)).body)).toContain("canary");
    expect(JSON.stringify((await as("meg", `${base}/versions`)).body)).not.toContain("canary");
    const [webhook] = await versions("?kind=outgoing_webhook");
    expect(await statusOf(as("meg", `${base}/versions/${webhook?.id}`))).toBe(404);
  });
});

describe("a configuration as a file", () => {
  const put = (file: unknown, query = "") => as("ann", `${base}/configuration${query}`, file, "PUT");
  const take = async () => exported.parse((await router.ask(`${base}/configuration`)) satisfies object);

  test("is looked at first, then applied as a whole, once", async () => {
    const { file } = await take();
    await router.ask(rules, { json: { ...aRule, string: "later" } });
    const dry = await put(file, "?dry=true");
    expect(dry).toMatchObject({
      status: 200,
      body: { data: { applied: false, count: 1, planned: [{ kind: "string_rule", how: "remove" }] } },
    });
    const { config_version: seen } = await take();
    expect(await statusOf(put(file, `?seen=${seen - 1}`))).toBe(412);
    expect(await put(file, `?seen=${seen}`)).toMatchObject({
      status: 200,
      body: { data: { applied: true, count: 1 } },
    });
    expect(await put(file)).toMatchObject({ body: { data: { count: 0 } } });
    expect((await versions())[0]).toMatchObject({ kind: "string_rule", origin: "import" });
  });

  test.each([
    [{ version: 2 }, "version"],
    [{ string_rules: [{ ...aRule, community_id: undefined, action: "shout" }] }, "string_rules.0.action"],
    [
      { timers: [{ entity_id: twitchEntity, action: "message", payload: "x", cron: "61 * * * *" }] },
      "timers.0.cron",
    ],
    [{ commands: [{ prefix: "!", command: "a b", description: "d" }] }, "commands.0.command"],
    [{ nonsense: true }, "nonsense"],
  ])("a bad file names the field and changes nothing: %j", async (part, field) => {
    const before = await take();
    const answer = await put({ format: "waddlebot-community", version: 1, ...part });
    expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field }] } } });
    expect((await take()).config_version).toBe(before.config_version);
  });
});

describe("trying out", () => {
  test("what would happen to a line is what happens, and nothing does", async () => {
    const ask = (text: string, facts: object = {}) =>
      as("meg", "/api/v1/router/simulations", {
        entity_id: twitchEntity,
        text,
        user_key: "twitch:4242",
        ...facts,
      });
    expect(await ask("!ping")).toMatchObject({
      body: { data: { execution: { status: "success", module: "core", user: { role: "member" } } } },
    });
    expect(await ask("!ban bob")).toMatchObject({ body: { data: { execution: { status: "refused" } } } });
    expect(await ask("!ping", { user_key: "slack:U1" })).toMatchObject({
      status: 400,
      body: { error: { details: [{ field: "user_key" }] } },
    });
    const found = await router.ask(`executions?entity_id=${encodeURIComponent(twitchEntity)}&limit=50`);
    expect(JSON.stringify(found)).not.toContain("twitch:4242");
  });

  test("a rule that is not saved says whether it would hit, and a pattern that cannot is named", async () => {
    const ask = (rule: object, text: string) => as("meg", `${rules}/test`, { ...aRule, ...rule, text });
    expect(await ask({ match_type: "word", string: "cat" }, "a cat.")).toMatchObject({
      body: { data: { matches: true, wins: true, problem: null } },
    });
    expect(await ask({ match_type: "word", string: "cat" }, "concat")).toMatchObject({
      body: { data: { matches: false } },
    });
    expect(await ask({ match_type: "regex", string: "(" }, "x")).toMatchObject({
      status: 400,
      body: { error: { details: [{ field: "string" }] } },
    });
  });

  test("a module's form and docs come from its manifest, and saved settings reach it", async () => {
    const { modules } = await router.ask("communities/2/modules");
    expect(modules).toContainEqual(
      expect.objectContaining({
        module: "alerts",
        description: expect.stringContaining("Thanks people"),
        settings_schema: expect.objectContaining({ type: "object" }),
      }),
    );
    const json = { is_enabled: true, settings: { follow: "ahoy {name}" } };
    await router.ask("communities/2/modules/alerts", { method: "PUT", json });
    const said = await router.say("", {
      message_type: "follow",
      user_name: "Pip",
      message_content: undefined,
    });
    expect(JSON.stringify(said)).toContain("ahoy Pip");
  });
});
