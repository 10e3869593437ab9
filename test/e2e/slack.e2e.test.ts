import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Gateway, startGateway } from "#gateway/gateway";
import { aGatewayConfig } from "#gateway/testing";
import { signSlack } from "#simulators/slack/sign";
import { openOverlay } from "#test/e2e/overlay-client";
import { eventually, type Stack, startStack } from "#test/e2e/stack";

async function pointsOf({ db }: TestDatabase, userKey: string): Promise<number> {
  const { rows } = await db.execute(
    sql`SELECT coalesce(sum(points), 0)::int AS points FROM community_activity WHERE community_id = 2 AND user_key = ${userKey}`,
  );
  return Number(rows[0]?.["points"]);
}

async function postEvent({ url, secrets }: Stack, body: string, headers: Record<string, string> = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = signSlack(secrets.simulators.slack.signingSecret, timestamp, body);
  const signed = { "x-slack-request-timestamp": timestamp, "x-slack-signature": signature };
  return fetch(new URL("/webhooks/slack/events", url), {
    method: "POST",
    headers: { "content-type": "application/json", ...signed, ...headers },
    body,
  });
}

describe("by webhooks", () => {
  let database: TestDatabase;
  let stack: Stack;
  const slack = () => stack.simulators.slack;
  const said = () =>
    slack()
      .messages()
      .map(({ text }) => text);

  beforeAll(async () => {
    database = await openTestDatabase();
    stack = await startStack({ databaseUrl: database.url, databaseEndpoint: database.endpoint });
  });
  afterAll(async () => {
    await stack?.close();
    await database?.close();
  });

  test("SLK-1 SLK-2 the address is verified; forged and stale requests are refused", async () => {
    expect(await slack().verifyUrl()).toBe(true);
    expect(await slack().checkTls()).toBe(true);
    const forged = { "x-slack-signature": `v0=${"0".repeat(64)}` };
    expect((await postEvent(stack, "{}", forged)).status).toBe(401);
    const stale = String(Math.floor(Date.now() / 1000) - 360);
    const signature = signSlack(stack.secrets.simulators.slack.signingSecret, stale, "{}");
    const old = { "x-slack-request-timestamp": stale, "x-slack-signature": signature };
    expect((await postEvent(stack, "{}", old)).status).toBe(401);
  });

  test("SLK-3 /waddlebot help, status, points and an unknown word", async () => {
    const ask = async (text: string) => JSON.parse((await slack().sendSlash({ viewer: "zoe", text })).body);
    const help = await ask("help");
    expect(help.response_type).toBe("ephemeral");
    expect(help.text.match(/`\/waddlebot (?:help|status|points)`/g)).toHaveLength(3);
    expect((await ask("status")).text).toMatch(/^I am active in .+, with \d+ commands\.$/);
    expect((await ask("points")).text).toMatch(/^You have 0 points in /);
    expect((await ask("foo")).text).toBe("Unknown command: foo. Use `/waddlebot help`.");
    const elsewhere = await slack().sendSlash({ viewer: "zoe", text: "status", channel: "C0NOWHERE1" });
    expect(elsewhere.body).toContain("not set up");
  });

  test("SLK-4 a shared file is worth 15 points, and /waddlebot points says the sum", async () => {
    await slack().sendFile({ viewer: "bob", text: "look" });
    await slack().sendReaction({ viewer: "bob", reaction: "wave", ts: "1.2" });
    await slack().sendMemberJoined({ viewer: "bob" });
    await eventually(
      () => pointsOf(database, "slack:U0BOB00004"),
      (points) => points === 28,
      30_000,
    );
    expect((await slack().sendSlash({ viewer: "bob", text: "points" })).body).toContain("You have 28 points");
  }, 45_000);

  test("SLK-5 a retry of a seen event is answered with 200 and has no second effect", async () => {
    const event = {
      type: "message",
      user: "U0MO000002",
      text: "!ping",
      channel: "C0LOUNGE01",
      ts: "1700000001.000100",
    };
    const callback = { type: "event_callback", team_id: "T0WADDLE01", event_id: "Ev0RETRY01", event };
    const body = JSON.stringify(callback);
    const before = said().length;
    expect((await postEvent(stack, body)).status).toBe(200);
    await eventually(said, (all) => all.length > before);
    for (const number of ["1", "2", "3"]) {
      const headers = { "x-slack-retry-num": number, "x-slack-retry-reason": "http_timeout" };
      expect((await postEvent(stack, body, headers)).status).toBe(200);
    }
    const otherId = JSON.stringify({
      ...callback,
      event_id: "Ev0RETRY02",
      event: { ...event, type: "app_mention" },
    });
    expect((await postEvent(stack, otherId)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(said()).toHaveLength(before + 1);
  });

  test("a reply calls people by their names, in the thread they wrote in", async () => {
    const before = said().length;
    await slack().sendChat({ viewer: "ada", text: "!stats", threadTs: "1700000000.000100" });
    const texts = await eventually(said, (all) => all.length > before);
    expect(texts[before]).toContain("Ada:");
    expect(slack().calls.at(-1)).toMatchObject({
      method: "chat.postMessage",
      args: { thread_ts: "1700000000.000100" },
    });
    expect(slack().violations).toEqual([]);
  });

  test("SLK-3 a chat box says who speaks; a 429 on the question who somebody is shuts it for that long, and the line comes under the id", async () => {
    const overlay = await openOverlay(stack.url, stack.secrets.overlayTokens.chat, "chat");
    const namesOn = (text: string) =>
      overlay.frames.flatMap((frame) => {
        if (frame.type !== "show" || frame.content.type !== "line") return [];
        return frame.content.text === text ? [frame.content.name] : [];
      });
    const shows = async (viewer: string, text: string) => {
      await slack().sendChat({ viewer, text });
      const [name] = await eventually(
        () => namesOn(text),
        (names) => names.length > 0,
      );
      return name;
    };
    // The channel hears a moment after the box opened that somebody looks.
    let tries = 0;
    await eventually(
      async () => {
        await slack().sendChat({ viewer: "ada", text: `knock ${++tries}` });
        await new Promise((resolve) => setTimeout(resolve, 200));
        return overlay.frames;
      },
      (frames) => frames.some(({ type }) => type === "show"),
    );
    expect(await shows("ada", "here I am")).toBe("Ada");
    const asked = () => slack().calls.filter(({ method }) => method === "users.info").length;
    const before = asked();
    const shutAt = Date.now();
    stack.simulators.faults.set({ platform: "slack", kind: "429", ms: 6000 });
    expect(await shows("zoe", "who am I")).toBe("U0ZOE00005");
    const next = await shows("pia", "and I");
    expect(asked() === before || Date.now() - shutAt >= 6000).toBe(true);
    expect(["U0PIA00001", "Pia"]).toContain(next);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, shutAt + 7500 - Date.now())));
    const length = said().length;
    await slack().sendChat({ viewer: "zoe", text: "!stats" });
    const texts = await eventually(said, (all) => all.length > length);
    expect(texts[length]).toContain("Zoë:");
    expect(asked()).toBeGreaterThan(before);
    overlay.close();
  }, 60_000);

  test("a removed app's last words are taken without an error", async () => {
    const sent = await slack().uninstall();
    expect(sent.map(({ httpStatus }) => httpStatus)).toEqual([200, 200]);
    expect(await slack().sendRateLimited()).toMatchObject({ httpStatus: 200 });
  });
});

describe("by socket mode through the sidecar", () => {
  const folder = mkdtempSync(join(tmpdir(), "waddlebot-slack-"));
  let database: TestDatabase;
  let stack: Stack;
  let gateway: Gateway;

  beforeAll(async () => {
    database = await openTestDatabase();
    const simulators = { slack: { socketMode: true, socketRetryMs: [50, 50, 50] } };
    stack = await startStack({ databaseUrl: database.url, databaseEndpoint: database.endpoint, simulators });
    const { url, secrets } = stack.simulators;
    gateway = await startGateway(
      aGatewayConfig({
        gatewayKey: stack.secrets.gatewayKey,
        edgeUrl: stack.url.origin,
        spoolPath: join(folder, "spool.sqlite"),
        slack: { appToken: secrets.slack.appToken, apiBase: `${url}/slack/api`, sockets: 2 },
      }),
      { log: () => undefined },
    );
    await eventually(
      () => stack.simulators.slack.socketMode.connections(),
      (open) => open === 2,
      20_000,
    );
  }, 60_000);
  afterAll(async () => {
    await gateway?.close();
    await stack?.close();
    await database?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a line becomes a reply, a slash command is answered through its response_url", async () => {
    const { slack } = stack.simulators;
    expect(await slack.sendChat({ viewer: "ada", text: "!ping" })).toMatchObject({ status: "delivered" });
    await eventually(
      () => slack.messages(),
      (all) => all.some(({ text }) => /pong/i.test(text)),
    );
    const asked = await slack.sendSlash({ viewer: "ada", text: "help" });
    expect(asked).toMatchObject({ status: "delivered", body: "" });
    const shown = await eventually(
      () => slack.messages().find(({ text }) => text.includes("/waddlebot status")),
      (message) => message !== undefined,
    );
    expect(shown).toMatchObject({ ephemeral: true, inReplyTo: asked.eventId });
    expect(slack.violations).toEqual([]);
  });
});
