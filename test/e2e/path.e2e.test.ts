import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
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

const saidOn = (platform: "twitch" | "slack" | "discord") => stack.simulators[platform].messages().map(({ text }) => text);

test("TWI-7 a Twitch chat command is answered in the channel, as a reply to its line", async () => {
  const sent = await stack.simulators.twitch.sendChat({ viewer: "pia", text: "!ping" });
  expect(sent.delivery.status).toBe(204);
  const messages = await eventually(() => stack.simulators.twitch.messages(), (all) => all.length > 0);
  expect(messages[0]).toMatchObject({ inReplyTo: sent.eventId });
  expect(messages[0]?.text.toLowerCase()).toContain("pong");
});

test("a Slack line is answered in its channel, a slash command inline", async () => {
  await stack.simulators.slack.sendChat({ viewer: "pia", text: "!ping" });
  await eventually(() => saidOn("slack"), (texts) => texts.length === 1);
  await stack.simulators.slack.sendSlash({ viewer: "pia", text: "ping" });
  const texts = await eventually(() => saidOn("slack"), (all) => all.length === 2);
  expect(texts.every((text) => text.toLowerCase().includes("pong"))).toBe(true);
});

test("a Discord command is answered inline", async () => {
  await stack.simulators.discord.sendCommand({ viewer: "pia", text: "!ping" });
  const texts = await eventually(() => saidOn("discord"), (all) => all.length === 1);
  expect(texts[0]?.toLowerCase()).toContain("pong");
});
