import { sql } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { type Answer, demoId, type RouterStack, startRouter, twitchEntity } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";
import { listenForWebhooks, type WebhookReceiver } from "#test/e2e/webhook-receiver";

const base = `/api/v1/communities/${demoId}/webhooks`;
const address = "https://hooks.example.com/in?key=canary-of-an-address";
const made = z.object({ webhook: z.looseObject({ id: z.int() }), secret: z.string() });
const delivered = z.object({ data: z.looseObject({}) });

let router: RouterStack;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await listenForWebhooks();
  router = await startRouter({ mains: {}, vars: { "waddlebot-fetcher": receiver.vars } });
  await router.database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (50, 'elsewhere', 'Elsewhere')`,
  );
});
afterAll(async () => {
  await router?.close();
  await receiver?.close();
});
beforeEach(() => receiver.reset());

async function make(facts: Record<string, unknown> = {}) {
  const json = { url: address, event_types: ["chatMessage"], ...facts };
  const { webhook, secret } = made.parse(await router.ask(base, { json }));
  return { id: webhook.id, secret };
}

const at = (id: number, rest = "") => `${base}/${id}${rest}`;
const act = (id: number, action: string) => router.call(at(id, `/${action}`), { method: "POST" });
const remove = (id: number) => router.ask(at(id), { method: "DELETE" });
const of = (type: string) => receiver.of(type);

/** The API takes no address of this machine, so the row is changed behind its back, and the object told by a change. */
async function leadTo(id: number, url: string): Promise<void> {
  await router.database.db.execute(sql`UPDATE outgoing_webhooks SET url = ${url} WHERE id = ${id}`);
  await router.ask(at(id), { method: "PUT", json: { description: "moved" } });
}

async function makeVerified(facts: Record<string, unknown> = {}) {
  const webhook = await make(facts);
  await leadTo(webhook.id, `${receiver.url}/hook/${webhook.id}`);
  expect((await act(webhook.id, "verify")).status).toBe(200);
  return webhook;
}

const fieldsOf = ({ body }: Answer) =>
  z
    .object({ error: z.object({ details: z.array(z.object({ field: z.string() })) }) })
    .parse(body)
    .error.details.map(({ field }) => field);

describe("PSH-4 addresses that may not be called", () => {
  test.each([
    "http://hooks.example.com/",
    "https://127.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::ffff:127.0.0.1]/",
    "https://localhost/",
    "https://metadata.google.internal/",
    "https://user:pass@hooks.example.com/",
    "https://hooks.example.com:8443/",
    "https://hooks.example.com./",
    "https://hooks.example.com/\r\nx-injected: 1",
    "https://hooks.example.com/a b",
    "https://１２７.0.0.1/",
    "file:///etc/passwd",
    "gopher://hooks.example.com/",
    "hooks.example.com",
    `https://hooks.example.com/${"x".repeat(2000)}`,
  ])("%j is refused as a url", async (url) => {
    const answer = await router.call(base, { json: { url, event_types: ["follow"] } });
    expect(answer.status).toBe(400);
    expect(new Set(fieldsOf(answer))).toEqual(new Set(["url"]));
  });

  test("a name that leads into a private network is not called, and the letter says why", async () => {
    const { id } = await make();
    const tried = await router.ask(at(id, "/test"), { method: "POST" });
    expect(tried).toMatchObject({
      delivery: {
        state: "dead",
        last_status: null,
        last_error: "That address may not be called: it leads into a private network.",
      },
    });
    expect(receiver.calls).toEqual([]);
    await remove(id);
  });

  test("a redirect to this machine is an answer and is not followed", async () => {
    const { id } = await make();
    await leadTo(id, `${receiver.url}/leave`);
    receiver.respond = async () =>
      new Response(null, { status: 307, headers: { location: `${receiver.url}/loot` } });
    const tried = await router.ask(at(id, "/test"), { method: "POST" });
    expect(tried).toMatchObject({ delivery: { state: "dead", last_status: 307 } });
    expect(receiver.calls.map(({ path }) => path)).toEqual(["/leave"]);
    await remove(id);
  });

  test("an address that does not send the challenge back gets nothing", async () => {
    const { id } = await make();
    await leadTo(id, `${receiver.url}/stranger`);
    receiver.respond = async () => Response.json({ ok: true });
    expect((await act(id, "verify")).status).toBe(409);
    await router.say("nobody hears this");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(of("chatMessage")).toEqual([]);
    expect(await router.ask(at(id))).toMatchObject({ webhook: { verified_at: null } });
    await remove(id);
  });

  test("another address must be verified again", async () => {
    const { id } = await makeVerified();
    expect(
      await router.ask(at(id), { method: "PUT", json: { url: "https://else.example.com/" } }),
    ).toMatchObject({
      webhook: { verified_at: null, url: "https://else.example.com/" },
    });
    await remove(id);
  });
});

describe("PSH-2 PSH-3 from the channel to the address", () => {
  test("PSH-2 500, 500, 200: what was said arrives on the third try, signed, and the waits grow", async () => {
    const { id, secret } = await makeVerified({ event_types: ["chatMessage", "command.executed"] });
    const answers = [500, 500];
    receiver.respond = async () => new Response(null, { status: answers.shift() ?? 200 });
    await router.say("hello out there");
    await eventually(
      () => of("chatMessage"),
      (seen) => seen.length >= 3,
      20_000,
    );
    const [first, second, third] = of("chatMessage");
    if (!first || !second || !third) throw new Error("not three calls");
    expect(third.at - second.at).toBeGreaterThan(second.at - first.at);
    expect(third.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
    expect(new Webhook(secret).verify(third.body, third.headers)).toMatchObject({
      type: "chatMessage",
      version: 1,
      data: { entity_id: twitchEntity, text: "hello out there", community: { id: demoId } },
    });
    await router.say("!ping");
    const [command] = await eventually(
      () => of("command.executed"),
      (seen) => seen.length > 0,
    );
    expect(command && delivered.parse(JSON.parse(command.body)).data).toMatchObject({
      command: "!ping",
      status: "success",
      module: "core",
    });
    const list = () => router.ask(at(id, "/deliveries?state=sent"));
    await eventually(list, ({ count }) => Number(count) >= 3);
    await remove(id);
  });

  test("PSH-3 what was given up keeps its payload and is listed; replayed, it arrives", async () => {
    const { id } = await makeVerified();
    await leadTo(id, "http://127.0.0.1:1/");
    await router.say("keep this");
    const dead = () => router.ask(at(id, "/deliveries?state=dead"));
    const { deliveries } = await eventually(dead, ({ count }) => count === 1);
    const [letter] = z.array(z.looseObject({ id: z.string() })).parse(deliveries);
    expect(letter).toMatchObject({
      attempts: 1,
      last_status: null,
      payload: { data: { text: "keep this" } },
    });
    expect(await router.ask(at(id))).toMatchObject({ health: { dead: 1, waiting: 0 } });
    await leadTo(id, `${receiver.url}/again`);
    expect(await act(id, `deliveries/${letter?.id}/replay`)).toMatchObject({
      body: { data: { replayed_count: 1 } },
    });
    await eventually(
      () => of("chatMessage"),
      (seen) => seen.some(({ body }) => body.includes("keep this")),
    );
    expect((await act(id, `deliveries/${letter?.id}/replay`)).status).toBe(404);
    expect(await act(id, "deliveries/replay")).toMatchObject({ body: { data: { replayed_count: 0 } } });
    await remove(id);
  });

  test("the key is shown once and changed without losing an event: both sign for a day", async () => {
    const { id, secret } = await makeVerified();
    const rotated = made.parse(await router.ask(at(id, "/rotate-secret"), { method: "POST" }));
    expect(rotated.secret).not.toBe(secret);
    await router.ask(at(id, "/test"), { method: "POST" });
    const [call] = of("webhook.test");
    for (const key of [secret, rotated.secret])
      expect(new Webhook(key).verify(call?.body ?? "", call?.headers ?? {})).toMatchObject({
        type: "webhook.test",
      });
    const shown = JSON.stringify([await router.ask(base), await router.ask(at(id))]);
    expect(shown).not.toContain("whsec_");
    await remove(id);
  });

  test("PSH-3 an address that says 410 Gone is switched off, with the reason on its row and in the audit log", async () => {
    const { id } = await makeVerified();
    receiver.respond = async () => new Response(null, { status: 410 });
    await router.say("one last time");
    const shown = () => router.ask(at(id));
    await eventually(shown, (answer) => JSON.stringify(answer).includes("410 Gone"));
    expect(await shown()).toMatchObject({ webhook: { enabled: false }, health: { dead: 1 } });
    const { rows } = await router.database.db.execute(
      sql`SELECT actor FROM audit_log WHERE action = 'webhook.disable' AND resource_id = ${String(id)}`,
    );
    expect(rows).toEqual([{ actor: "system" }]);
    await remove(id);
  });

  test("an address that never answers slows neither its channel nor another address", async () => {
    const stuck = await makeVerified();
    const well = await makeVerified();
    receiver.respond = (request) =>
      request.url.endsWith(`/${stuck.id}`) ? new Promise(() => undefined) : Promise.resolve(new Response());
    const startedAt = performance.now();
    for (let lines = 0; lines < 10; lines++) await router.say(`line ${lines}`);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await eventually(
      () => of("chatMessage").filter(({ path }) => path.endsWith(`/${well.id}`)),
      (seen) => seen.length === 10,
    );
    await Promise.all([remove(stuck.id), remove(well.id)]);
  });
});

describe("who may, and what is written down", () => {
  test("threat 4: another community's webhooks look as if they were not there", async () => {
    const { id } = await make();
    const key = await router.makeKey({ roles: ["admin"], community_id: 50 });
    const paths = ["", "/verify", "/rotate-secret", "/test", "/deliveries", "/deliveries/replay"];
    const own = paths.map((rest) => {
      const isRead = rest === "" || rest === "/deliveries";
      return router.call(at(id, rest), { key, method: isRead ? "GET" : "POST" });
    });
    const answers = await Promise.all([
      ...own,
      router.call(base, { key }),
      router.call(`/api/v1/communities/50/webhooks/${id}`, { key }),
      router.call(at(id), { key, method: "DELETE" }),
      router.call(at(id), { key, method: "PUT", json: { enabled: false } }),
      router.call(base, { key, json: { url: address, event_types: ["follow"] } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await router.call(base, { key: await router.makeKey({ roles: ["action"] }) })).status).toBe(403);
    await remove(id);
  });

  test("T10 every change is an audit row, and neither key nor address is in one or in a log", async () => {
    const { id, secret } = await make();
    await router.ask(at(id), { method: "PUT", json: { enabled: false } });
    await router.ask(at(id, "/rotate-secret"), { method: "POST" });
    await remove(id);
    const { rows } = await router.database.db.execute(sql`
      SELECT action, before, after FROM audit_log
      WHERE resource_type = 'outgoing_webhook' AND resource_id = ${String(id)} ORDER BY audit_log.id`);
    expect(rows.map((row) => row["action"])).toEqual([
      "webhook.create",
      "webhook.update",
      "webhook.rotate-secret",
      "webhook.delete",
    ]);
    const everything = JSON.stringify([rows, router.stack.logs]);
    for (const canary of ["canary-of-an-address", "whsec_", secret]) expect(everything).not.toContain(canary);
  });

  test("an unknown event type is 400 and names the field", async () => {
    const answer = await router.call(base, { json: { url: address, event_types: ["everything"] } });
    expect(answer.status).toBe(400);
    expect(fieldsOf(answer)).toEqual(["event_types.0"]);
  });
});
