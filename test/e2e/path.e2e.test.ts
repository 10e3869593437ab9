import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { demoChannels } from "#simulators/demo";
import { openOverlay } from "#test/e2e/overlay-client";
import { eventually, type Stack, startStack } from "#test/e2e/stack";

let database: TestDatabase;
let stack: Stack;

beforeAll(async () => {
  database = await openTestDatabase();
  stack = await startStack({ databaseUrl: database.url, databaseEndpoint: database.endpoint });
});

afterAll(async () => {
  await stack?.close();
  await database?.close();
});

type Platform = "twitch" | "slack" | "discord";
const entityOf = (platform: Platform) =>
  demoChannels.find((channel) => channel.platform === platform)?.entityId ?? "";
const saidOn = (platform: Platform) => stack.simulators[platform].messages().map(({ text }) => text);

/** Runs `act` and gives what the bot says next on that platform. */
async function nextReply(platform: Platform, act: () => Promise<unknown>): Promise<string> {
  const before = saidOn(platform).length;
  await act();
  const texts = await eventually(
    () => saidOn(platform),
    (all) => all.length > before,
  );
  return texts[before] ?? "";
}

async function whyOf(platform: Platform, eventId: string) {
  const address = new URL("/api/v1/router/executions", stack.url);
  address.search = new URLSearchParams({ entity_id: entityOf(platform), event_id: eventId }).toString();
  const response = await fetch(address, { headers: { "x-api-key": stack.secrets.serviceApiKey } });
  return response.json();
}

const twitch = (viewer: string, text: string) => stack.simulators.twitch.sendChat({ viewer, text });

describe("a line becomes a reply", () => {
  test("TWI-7 a Twitch chat command is answered in the channel, as a reply to its line, and the record says why", async () => {
    const sent = await twitch("pia", "!ping");
    expect(sent).toMatchObject({ status: "delivered", httpStatus: 204, attempts: 1 });
    const [message] = await eventually(
      () => stack.simulators.twitch.messages(),
      (all) => all.length > 0,
    );
    expect(message).toMatchObject({ inReplyTo: sent.eventId, text: expect.stringMatching(/pong/i) });
    const why = await eventually(
      () => whyOf("twitch", sent.eventId),
      (answer) => JSON.stringify(answer).includes('"sent"'),
    );
    expect(why).toMatchObject({
      success: true,
      data: {
        executions: [
          {
            trigger: { kind: "command", text: "!ping" },
            rights: { actual: "owner", isAllowed: true },
            module: "core",
            status: "success",
            responses: [{ state: "sent", platformMessageIds: [message?.id] }],
          },
        ],
      },
    });
  });

  test("a Slack line is answered in its channel, a slash command inline", async () => {
    expect(
      await nextReply("slack", () => stack.simulators.slack.sendChat({ viewer: "ada", text: "!ping" })),
    ).toMatch(/pong/i);
    expect(
      await nextReply("slack", () => stack.simulators.slack.sendSlash({ viewer: "ada", text: "ping" })),
    ).toMatch(/pong/i);
  });

  test("a Discord command is answered inline", async () => {
    expect(
      await nextReply("discord", () =>
        stack.simulators.discord.sendCommand({ viewer: "ada", text: "!ping" }),
      ),
    ).toMatch(/pong/i);
    expect(await stack.simulators.discord.verifyEndpoint()).toBe(true);
  });

  test("!help is made of the manifests", async () => {
    const text = await nextReply("twitch", () => twitch("ada", "!help quote"));
    expect(text).toContain("quote");
  });
});

describe("quotes and the overlay", () => {
  test("a quote added on one platform is found on another, and the overlay shows it once", async () => {
    const overlay = await openOverlay(stack.url, stack.secrets.overlayTokens.ticker, "ticker");
    await eventually(
      () => overlay.frames,
      (frames) => frames[0]?.type === "hello",
    );
    await nextReply("twitch", () => twitch("mo", '!quote add "Waddle on, my friends" Pingu'));
    const found = await nextReply("slack", () =>
      stack.simulators.slack.sendChat({ viewer: "zoe", text: "!quote search waddling" }),
    );
    expect(found).toContain("Waddle on, my friends");
    expect(
      await nextReply("discord", () =>
        stack.simulators.discord.sendCommand({ viewer: "bob", text: "!quote" }),
      ),
    ).toContain("Pingu");
    const shown = await eventually(
      () => overlay.frames.filter((frame) => frame.type === "show"),
      (frames) => frames.some((frame) => JSON.stringify(frame).includes("Waddle on")),
    );
    expect(shown.map(({ seq }) => seq)).toEqual(shown.map((_, index) => index + 1));
    overlay.close();
  });

  test("MEM-6 a member cannot add a quote", async () => {
    const before = await database.db.execute(sql`SELECT count(*) FROM memories_quotes`);
    await nextReply("twitch", () => twitch("bob", '!quote add "nope" me'));
    expect((await database.db.execute(sql`SELECT count(*) FROM memories_quotes`)).rows).toEqual(before.rows);
  });

  test("OBS-6 a page that lost its socket gets what it missed, in order", async () => {
    const overlay = await openOverlay(stack.url, stack.secrets.overlayTokens.ticker, "ticker", {
      last: "ticker:0",
    });
    const frames = await eventually(
      () => overlay.frames,
      (all) => all.length > 1,
    );
    const missed = frames.slice(1).map((frame) => frame.type === "show" && frame.seq);
    expect(missed).toEqual(missed.map((_, index) => index + 1));
    overlay.close();
  });

  test("OBS-1 a token that does not exist, or of another type, opens neither page nor socket", async () => {
    const { ticker } = stack.secrets.overlayTokens;
    expect((await fetch(new URL(`/overlay/${ticker}/ticker`, stack.url))).status).toBe(200);
    expect((await fetch(new URL(`/overlay/${ticker}/media`, stack.url))).status).toBe(404);
    expect((await fetch(new URL(`/overlay/${"0".repeat(64)}/ticker`, stack.url))).status).toBe(404);
    await expect(openOverlay(stack.url, "0".repeat(64), "ticker")).rejects.toThrow("refused with 401");
    await expect(
      openOverlay(stack.url, ticker, "ticker", { headers: { origin: "https://evil.example" } }),
    ).rejects.toThrow("refused with 403");
  });
});

describe("aliases", () => {
  test("an alias runs a command with its caller's rights, on every platform at once", async () => {
    await nextReply("twitch", () => twitch("mo", '!alias add !wisdom "!quote"'));
    expect(await nextReply("twitch", () => twitch("ada", "!wisdom"))).toContain("Waddle on");
    const onSlack = () =>
      nextReply("slack", () => stack.simulators.slack.sendChat({ viewer: "ada", text: "!wisdom" }));
    await eventually(
      async () => (await database.db.execute(sql`SELECT 1 FROM commands WHERE name = 'wisdom'`)).rows,
      (rows) => rows.length === 1,
    );
    expect(await onSlack()).toContain("Waddle on");
  });

  test("ALI-5 two aliases that lead to each other stop with an error", async () => {
    await nextReply("twitch", () => twitch("mo", '!alias add !a "!b"'));
    await nextReply("twitch", () => twitch("mo", '!alias add !b "!a"'));
    expect(await nextReply("twitch", () => twitch("ada", "!a"))).toBe(
      "That alias leads back to itself, so I stopped.",
    );
  });

  test("ALI-6 an alias to something one may not do is refused like the thing itself", async () => {
    const direct = await nextReply("twitch", () => twitch("bob", '!quote add "x" y'));
    await nextReply("twitch", () => twitch("mo", '!alias add !sneak "!quote add x y"'));
    expect(await nextReply("twitch", () => twitch("bob", "!sneak"))).toBe(direct);
  });
});

describe("events without words", () => {
  test("TWI-3 a cheer and a follow are thanked for in chat and shown on the overlay", async () => {
    const overlay = await openOverlay(stack.url, stack.secrets.overlayTokens.ticker, "ticker");
    const cheer = await nextReply("twitch", () =>
      stack.simulators.twitch.sendEvent({ kind: "cheer", viewer: "zoe", amount: 150 }),
    );
    expect(cheer).toContain("150 bits");
    expect(
      await nextReply("twitch", () => stack.simulators.twitch.sendEvent({ kind: "follow", viewer: "bob" })),
    ).toContain("waddles along");
    await eventually(
      () => overlay.frames,
      (frames) => JSON.stringify(frames).includes("150 bits"),
    );
    overlay.close();
  });

  test("TWI-5 a revoked subscription is marked and answered", async () => {
    const answer = await stack.simulators.twitch.revoke("channel.follow", "authorization_revoked");
    expect(answer).toMatchObject({ status: "delivered", answer: { status: 204 } });
    const rows = await database.db.execute(
      sql`SELECT status FROM twitch_subscriptions WHERE type = 'channel.follow'`,
    );
    expect(rows.rows).toEqual([{ status: "authorization_revoked" }]);
  });

  test("TWI-1 a challenge for a subscription we asked for is answered with its text", async () => {
    expect(await stack.simulators.twitch.subscribe("channel.chat.message")).toMatchObject({
      isVerified: true,
    });
  });

  test("SLK-1 url_verification is echoed; ssl_check is answered without looking at the rest", async () => {
    expect(await stack.simulators.slack.verifyUrl()).toBe(true);
    expect(await stack.simulators.slack.checkTls()).toBe(true);
  });
});

describe("what is counted leaves in batches", () => {
  test("messages and points of everyone arrive in Postgres once", async () => {
    const rows = await eventually(
      async () =>
        (
          await database.db.execute(
            sql`SELECT user_name, messages, points FROM community_activity WHERE messages > 0`,
          )
        ).rows,
      (all) => all.length >= 3,
      20_000,
    );
    expect(rows.length).toBeGreaterThanOrEqual(3);
    const executions = await eventually(
      async () =>
        (
          await database.db.execute(
            sql`SELECT module, status FROM command_executions WHERE command = '!ping'`,
          )
        ).rows,
      (all) => all.length >= 4,
      20_000,
    );
    expect(executions.every((row) => row["module"] === "core" && row["status"] === "success")).toBe(true);
  });
});
