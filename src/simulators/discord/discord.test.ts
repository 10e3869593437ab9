import { verifyKey } from "discord-interactions";
import { describe, expect, test } from "vitest";
import type { Simulators } from "#simulators/server";
import { type EdgeRequest, makeFakeClock, setStage } from "#simulators/testing";

const quiet = { allowed_mentions: { parse: [] } };
const replying = (content: string) => () => Response.json({ type: 4, data: { content, ...quiet } });
const deferring = () => Response.json({ type: 5 });

describe("interactions", () => {
  test("a line of chat becomes a command with one option, and the inline answer is shown under it", async () => {
    await using stage = await setStage(replying("Quote 1 saved."));
    const { discord } = stage.simulators;
    const sent = await discord.sendCommand({ viewer: "mo", text: '!quote add "hi" Bob' });
    const body = JSON.parse(stage.edge.requests[0]?.body ?? "");
    expect(body).toMatchObject({
      type: 2,
      guild_id: "720000000000000001",
      member: { user: { id: "710000000000000002" }, permissions: expect.stringMatching(/^\d+$/) },
      data: { name: "quote", type: 1, options: [{ name: "text", type: 3, value: 'add "hi" Bob' }] },
    });
    expect(sent).toMatchObject({ eventId: `discord:${body.id}`, status: "delivered", attempts: 1 });
    expect(discord.messages()).toMatchObject([{ text: "Quote 1 saved.", inReplyTo: sent.eventId }]);
    expect(discord.violations).toEqual([]);
  });

  test("an interaction's id carries its time", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(replying("ok"), { clock });
    const { eventId } = await stage.simulators.discord.sendCommand({ viewer: "mo", text: "/ping" });
    const createdAt = (BigInt(eventId.slice("discord:".length)) >> 22n) + 1_420_070_400_000n;
    expect(Number(createdAt)).toBe(clock.now());
  });

  test("components, forms and autocomplete have their own types", async () => {
    await using stage = await setStage(() => Response.json({ type: 8, data: { choices: [] } }));
    const { discord } = stage.simulators;
    await discord.sendComponent({ viewer: "ada", customId: "inventory:buy:item_123" });
    await discord.sendComponent({ viewer: "ada", customId: "pick", values: ["a"] });
    await discord.sendModal({ viewer: "ada", customId: "form", fields: { title: "x" } });
    await discord.sendAutocomplete({
      viewer: "ada",
      name: "quote",
      options: [{ name: "text", type: 3, value: "se", focused: true }],
    });
    const seen = stage.edge.requests.map(({ body }) => JSON.parse(body));
    expect(seen).toMatchObject([
      { type: 3, data: { custom_id: "inventory:buy:item_123", component_type: 2 } },
      { type: 3, data: { custom_id: "pick", component_type: 3, values: ["a"] } },
      {
        type: 5,
        data: { custom_id: "form", components: [{ components: [{ custom_id: "title", value: "x" }] }] },
      },
      { type: 4, data: { name: "quote", options: [{ focused: true }] } },
    ]);
  });

  test("DIS-1 about every hundredth request comes with a bad signature that must get 401", async () => {
    await using stage = await setStage();
    const { secrets, discord } = stage.simulators;
    let isCareful = true;
    stage.edge.answerWith(async ({ body, headers }: EdgeRequest) => {
      const signature = headers.get("x-signature-ed25519") ?? "";
      const timestamp = headers.get("x-signature-timestamp") ?? "";
      const isGenuine = await verifyKey(body, signature, timestamp, secrets.discord.publicKeyHex);
      return isGenuine || !isCareful ? Response.json({ type: 1 }) : new Response(null, { status: 401 });
    });
    expect(await discord.verifyEndpoint()).toBe(true);
    for (let n = 0; n < 300; n++) await discord.sendCommand({ viewer: "bob", text: "!ping" });
    await stage.simulators.idle();
    const { sent, refused } = discord.badSignatureProbes;
    expect(sent).toBeGreaterThanOrEqual(2);
    expect(sent).toBeLessThanOrEqual(7);
    expect(refused).toBe(sent);

    isCareful = false;
    expect(await discord.verifyEndpoint()).toBe(false);
    expect(discord.badSignatureProbes).toEqual({ sent: sent + 1, refused });
  });
});

function rest({ url, secrets }: Simulators) {
  return async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/discord/api/v10${path}`, {
      method,
      headers: { authorization: `Bot ${secrets.discord.botToken}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  };
}

describe("follow-ups", () => {
  test("DIS-2 a deferred answer waits as a placeholder that the first follow-up fills", async () => {
    await using stage = await setStage(deferring);
    const { simulators } = stage;
    const { token, eventId } = await simulators.discord.sendCommand({ viewer: "ada", text: "/so bob" });
    expect(simulators.discord.messages()).toMatchObject([{ isPending: true, inReplyTo: eventId }]);
    const call = rest(simulators);
    const hook = `/webhooks/${simulators.secrets.discord.applicationId}/${token}`;
    expect((await call("GET", `${hook}/messages/@original`)).body).toMatchObject({ flags: 128 });
    expect((await call("POST", hook, { content: "first", ...quiet })).status).toBe(200);
    expect((await call("GET", `${hook}/messages/@original`)).body).toMatchObject({
      content: "first",
      flags: 0,
    });
    expect((await call("POST", hook, { content: "second", ...quiet })).status).toBe(200);
    expect((await call("PATCH", `${hook}/messages/@original`, { content: "edited", ...quiet })).status).toBe(
      200,
    );
    expect(simulators.discord.messages()).toMatchObject([
      { text: "edited", isPending: false },
      { text: "second", inReplyTo: eventId },
    ]);
    expect((await call("DELETE", `${hook}/messages/@original`)).status).toBe(204);
    expect((await call("DELETE", `${hook}/messages/@original`)).body).toEqual({
      message: "Unknown Message",
      code: 10008,
    });
  });

  test("a follow-up that overtakes the first answer waits for it", async () => {
    await using stage = await setStage();
    const { simulators, edge } = stage;
    const call = rest(simulators);
    const early = Promise.withResolvers<{ status: number }>();
    edge.answerWith(async ({ body }) => {
      const { token, application_id } = JSON.parse(body);
      early.resolve(call("POST", `/webhooks/${application_id}/${token}`, { content: "quick", ...quiet }));
      await new Promise((resolve) => setTimeout(resolve, 50));
      return deferring();
    });
    await simulators.discord.sendCommand({ viewer: "ada", text: "/so bob" });
    expect((await early.promise).status).toBe(200);
    expect(simulators.discord.messages()).toMatchObject([{ text: "quick", isPending: false }]);
  });

  test("after three seconds without an answer the token is dead", async () => {
    await using stage = await setStage(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return replying("too late")();
      },
      { deadlineScale: 0.02 },
    );
    const { simulators } = stage;
    const { token, status } = await simulators.discord.sendCommand({ viewer: "ada", text: "/slow" });
    expect(status).toBe("failed");
    const hook = `/webhooks/${simulators.secrets.discord.applicationId}/${token}`;
    const answer = await rest(simulators)("POST", hook, { content: "hello?", ...quiet });
    expect([answer.status, answer.body]).toEqual([404, { message: "Unknown interaction", code: 10062 }]);
    expect(simulators.discord.messages()).toEqual([]);
    expect(simulators.transcript().at(-1)?.text).toBe("The application did not respond");
  });

  test("a token lives 15 minutes", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(deferring, { clock });
    const { simulators } = stage;
    const { token } = await simulators.discord.sendCommand({ viewer: "ada", text: "/slow" });
    clock.advance(15 * 60_000 + 1);
    const hook = `/webhooks/${simulators.secrets.discord.applicationId}/${token}`;
    expect((await rest(simulators)("POST", hook, { content: "late", ...quiet })).status).toBe(404);
  });

  test("the first answer may come through the callback endpoint, once", async () => {
    await using stage = await setStage();
    const { simulators, edge } = stage;
    const call = rest(simulators);
    const statuses: number[] = [];
    edge.answerWith(async ({ body }) => {
      const { id, token } = JSON.parse(body);
      for (const content of ["one", "two"]) {
        const answer = { type: 4, data: { content, ...quiet } };
        statuses.push((await call("POST", `/interactions/${id}/${token}/callback`, answer)).status);
      }
      return new Response(null, { status: 202 });
    });
    await simulators.discord.sendCommand({ viewer: "ada", text: "/ping" });
    expect(statuses).toEqual([204, 404]);
    expect(simulators.transcript().map(({ text }) => text)).toEqual(["/ping", "one"]);
  });
});

describe("channel messages", () => {
  const path = "/channels/720000000000000002/messages";

  test("an enforced nonce returns the earlier message instead of posting again", async () => {
    await using stage = await setStage();
    const call = rest(stage.simulators);
    const message = { content: "winner: Bob", nonce: "abc", enforce_nonce: true, ...quiet };
    const first = await call("POST", path, message);
    const second = await call("POST", path, message);
    expect([first.status, second.status, second.body.id]).toEqual([200, 200, first.body.id]);
    expect(stage.simulators.discord.messages()).toHaveLength(1);
  });

  test("the sixth message in five seconds gets 429 with the bucket's headers", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(undefined, { clock });
    const call = rest(stage.simulators);
    for (let n = 1; n <= 5; n++)
      expect((await call("POST", path, { content: `${n}`, ...quiet })).status).toBe(200);
    const refused = await call("POST", path, { content: "6", ...quiet });
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ retry_after: 5, global: false });
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    clock.advance(5000);
    expect((await call("POST", path, { content: "7", ...quiet })).status).toBe(200);
  });

  test("more than 50 requests a second hit the global limit", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(undefined, { clock });
    const call = rest(stage.simulators);
    for (let n = 0; n < 50; n++)
      await call("POST", `/channels/${n + 1}/messages`, { content: "x", ...quiet });
    const refused = await call("POST", "/channels/99/messages", { content: "x", ...quiet });
    expect([refused.status, refused.body.global, refused.headers.get("x-ratelimit-scope")]).toEqual([
      429,
      true,
      "global",
    ]);
  });

  test("length, emptiness and the bot's token are checked; open mentions are recorded", async () => {
    await using stage = await setStage();
    const { simulators } = stage;
    const call = rest(simulators);
    expect((await call("POST", path, { content: "x".repeat(2001), ...quiet })).body.code).toBe(50035);
    expect((await call("POST", path, { content: "", ...quiet })).body.code).toBe(50006);
    const stranger = await fetch(`${simulators.url}/discord/api/v10${path}`, { method: "POST", body: "{}" });
    expect(stranger.status).toBe(401);
    await call("POST", path, { content: "@everyone" });
    await call("POST", path, { content: "@everyone", allowed_mentions: { parse: ["everyone"] } });
    expect(simulators.discord.violations).toEqual([
      "allowed_mentions.parse is missing",
      "allowed_mentions.parse is everyone",
    ]);
  });

  test("commands are overwritten in bulk, under names Discord allows", async () => {
    await using stage = await setStage();
    const call = rest(stage.simulators);
    const commands = `/applications/${stage.simulators.secrets.discord.applicationId}/commands`;
    const good = await call("PUT", commands, [{ name: "quote", description: "Quotes" }]);
    expect(good.body).toMatchObject([{ name: "quote", id: expect.stringMatching(/^\d+$/) }]);
    expect((await call("PUT", commands, [{ name: "Not OK", description: "x" }])).status).toBe(400);
  });
});
