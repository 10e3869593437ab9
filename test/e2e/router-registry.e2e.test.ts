import { createHmac } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { manifests } from "#modules/manifests";
import { demoId, type RouterStack, startRouter, twitchEntity } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
});
afterAll(async () => router?.close());

const one = z.object({
  command: z.looseObject({ id: z.int(), command: z.string() }),
  signing_secret: z.string().nullish(),
});
const replacement = {
  community_id: demoId,
  prefix: "!",
  command: "quote",
  description: "Better quotes",
  module_id: "quotebook",
  target: { type: "webhook", url: "https://quotebook.example/run" },
};
const aCommand = async (facts: Record<string, unknown>) =>
  one.parse(await router.ask("commands", { json: { ...replacement, ...facts } }));
const setModule = (name: string, json: Record<string, unknown>) =>
  router.call(`communities/${demoId}/modules/${name}`, { method: "PUT", json });

test("PFX-1 a new community has every module of ours and none of others", async () => {
  await router.database.db.execute(sql`INSERT INTO communities (id, slug, name) VALUES (70, 'new', 'New')`);
  const { modules } = await router.ask("communities/70/modules");
  expect(modules).toEqual(
    manifests.map(({ name }) =>
      expect.objectContaining({ module: name, module_type: "core", is_enabled: true }),
    ),
  );
  const { commands } = await router.ask("commands?community_id=70");
  const types = z.array(z.object({ module_type: z.string(), is_enabled: z.boolean() })).parse(commands);
  expect(types.every(({ module_type, is_enabled }) => module_type === "internal" && is_enabled)).toBe(true);
});

test("PFX-2 a module that is switched off is not called, and says so; switched on it answers at once", async () => {
  expect(await setModule("memories", { is_enabled: false })).toMatchObject({
    status: 200,
    body: { data: { module: "memories", is_enabled: false } },
  });
  expect(await router.say("!memories list")).toMatchObject({
    success: false,
    status_code: 403,
    response: expect.stringContaining("switched off"),
    module_results: [],
  });
  await setModule("memories", { is_enabled: true });
  expect(await router.say("!memories list")).toMatchObject({ success: true });
});

test("PFX-3 with our module switched off, a community's own command of that name answers instead", async () => {
  await setModule("memories", { is_enabled: false });
  const { command, signing_secret } = await aCommand({});
  expect(await router.say("!quote 3")).toMatchObject({
    success: true,
    response: expect.stringContaining("quotebook.example says"),
    module_results: [{ module: "quotebook", success: true }],
  });
  const call = router.fetched().find(({ url }) => url === replacement.target.url);
  const sent =
    router.stack.logs.find(({ message }) => message.includes(replacement.target.url))?.message ?? "";
  const { body } = z.object({ body: z.string() }).parse(JSON.parse(sent.slice("fetched ".length)));
  const signature = createHmac("sha256", signing_secret ?? "")
    .update(body)
    .digest("hex");
  expect(call?.headers["x-waddlebot-signature"]).toBe(`sha256=${signature}`);
  expect((await router.ask(`communities/${demoId}/modules`))["modules"]).toContainEqual(
    expect.objectContaining({ module: "quotebook", module_type: "community", is_enabled: true }),
  );
  await router.ask(`commands/${command.id}`, { method: "DELETE" });
  await setModule("memories", { is_enabled: true });
  expect(await router.say("!quote")).toMatchObject({ module_results: [{ module: "memories" }] });
});

test("CCH-2 what is changed through the API holds for the very next message", async () => {
  const { command } = await aCommand({ prefix: "#", command: "game" });
  const change = (json: Record<string, unknown>) =>
    router.ask(`commands/${command.id}`, { method: "PUT", json });
  expect(await router.say("#game")).toMatchObject({ success: true });
  await change({ permission_level: "owner" });
  expect(await router.say("#game")).toMatchObject({ status_code: 403 });
  await change({ permission_level: "everyone", is_enabled: false });
  expect(await router.say("#game")).toMatchObject({ status_code: 403 });
  await change({ is_enabled: true, rate_limit: 1 });
  const person = { user_id: "4711" };
  expect(await router.say("#game", person)).toMatchObject({ success: true });
  expect(await router.say("#game", person)).toMatchObject({ status_code: 429 });
  await router.ask(`commands/${command.id}`, { method: "DELETE" });
  expect(await router.say("#game")).toMatchObject({ status_code: 404 });
});

test("the same command twice is one row and one version; another of that name is a conflict", async () => {
  const version = async () =>
    (await router.database.db.execute(sql`SELECT config_version FROM communities WHERE id = ${demoId}`))
      .rows[0];
  const facts = { ...replacement, prefix: "#", command: "Twice", role_cooldowns: { owner: 0, member: 30 } };
  const first = await router.call("commands", { json: facts });
  expect(first).toMatchObject({
    status: 201,
    body: {
      data: { command: { command: "twice" }, signing_secret: expect.stringMatching(/^[0-9a-f]{64}$/) },
    },
  });
  const before = await version();
  const again = await router.call("/router/commands", { json: facts });
  expect(again).toMatchObject({ status: 200, body: { success: true, command: { command: "twice" } } });
  expect(JSON.stringify(again.body)).not.toContain("signing_secret");
  expect(await version()).toEqual(before);
  expect((await router.call("commands", { json: { ...facts, priority: 7 } })).status).toBe(409);
  const noted = await router.database.db.execute(
    sql`SELECT actor FROM audit_log WHERE action = 'command.create' AND after ->> 'name' = 'twice'`,
  );
  expect(noted.rows).toEqual([{ actor: "service" }]);
});

test("targets in the clouds are kept as given; what does not fit is named", async () => {
  const lambda = { type: "lambda", region: "eu-west-1", function_name: "weather" };
  const { command } = await aCommand({ prefix: "#", command: "sky", target: lambda });
  expect(command).toMatchObject({
    type: "lambda",
    location: "community",
    target: { ...lambda, is_async: false },
  });
  const whisk = { type: "openwhisk", namespace: "_", action: "pkg/say" };
  expect((await aCommand({ prefix: "#", command: "say", target: whisk })).command).toMatchObject({
    type: "openwhisk",
  });
  const bad = async (facts: Record<string, unknown>) => {
    const { status, body } = await router.call("commands", {
      json: { ...replacement, command: "bad", ...facts },
    });
    const { error } = z
      .object({ error: z.object({ details: z.array(z.object({ field: z.string() })) }) })
      .parse(body);
    return [status, error.details.map(({ field }) => field)];
  };
  expect(await bad({ target: undefined, module_id: "core", handler: "nope" })).toEqual([400, ["handler"]]);
  expect(await bad({ target: undefined, module_id: undefined })).toEqual([400, ["target"]]);
  expect(await bad({ module_id: "core" })).toEqual([400, ["module_id"]]);
  expect(await bad({ trigger_type: "event" })).toEqual([400, ["event_types"]]);
  expect(await bad({ target: { type: "webhook", url: "ftp://x" } })).toEqual([400, ["target.url"]]);
  expect(await bad({ community_id: undefined })).toEqual([400, ["community_id"]]);
  expect((await router.call("commands", { json: { ...replacement, community_id: 4242 } })).status).toBe(409);
});

test("a module's settings are checked against its manifest, and act", async () => {
  expect(await setModule("alerts", { settings: { follow: 7 } })).toMatchObject({
    status: 400,
    body: { error: { details: [{ field: "settings.follow" }] } },
  });
  expect(await setModule("alerts", { settings: { folow: "x" } })).toMatchObject({
    body: { error: { details: [{ field: "settings.folow" }] } },
  });
  expect((await setModule("nosuch", { is_enabled: false })).status).toBe(404);
  expect((await setModule("alerts", { settings: { follow: "Ahoy {name}" } })).status).toBe(200);
  const reply = await router.say("", { message_type: "follow", user_name: "Zoe" });
  expect(reply["response"]).toBe("Ahoy Zoe");
});

test("QUE-4 QUE-6 what was given up is listed with its reason, and put back by id and by time range", async () => {
  const at = encodeURIComponent(twitchEntity);
  const rule = {
    community_id: demoId,
    string: "lost",
    action: "webhook",
    webhook_url: "https://lost.example/gone-once",
  };
  await router.ask("string-rules", { json: rule });
  await router.say("lost");
  const letters = z.object({ dead_letters: z.array(z.looseObject({ id: z.string(), error: z.string() })) });
  const list = async (more = "") =>
    letters.parse(await router.ask(`dead-letters?entity_id=${at}${more}`)).dead_letters;
  const [letter] = await eventually(list, (all) => all.length === 1);
  expect(letter).toMatchObject({ kind: "send", error: expect.stringContaining("404") });
  expect(await list(`&to=${encodeURIComponent("2020-01-01T00:00:00Z")}`)).toEqual([]);
  expect(await router.ask(`queues?entity_id=${at}`)).toMatchObject({
    queues: [
      { stream: "events:inbound", depth: 0, dead: 0 },
      { stream: "events:responses", dead: 1 },
    ],
  });
  const path = (id: string) => `dead-letters/${encodeURIComponent(id)}/replay?entity_id=${at}`;
  expect((await router.call(path("send-nobody"), { method: "POST" })).status).toBe(404);
  expect(await router.ask(path(letter?.id ?? ""), { method: "POST" })).toEqual({ replayed_count: 1 });
  await eventually(list, (all) => all.length === 0);
  const range = { entity_id: twitchEntity, from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z" };
  expect(await router.ask("dead-letters/replay", { json: range })).toEqual({ replayed_count: 0 });
  const backwards = { ...range, from: range.to, to: range.from };
  expect((await router.call("dead-letters/replay", { json: backwards })).status).toBe(400);
});
