import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoIds } from "#simulators/demo";
import { type FaultStack, startFaultStack } from "#test/faults/fault-stack";
import { type LeftBehind, lookAtWhatIsLeft } from "#test/faults/left-behind";
import { slackRequest, twitchRequest, twitchSubscription } from "#test/faults/platform-requests";
import { sendRaw } from "#test/faults/raw-http";

let stack: FaultStack;
let untouched: LeftBehind;

const look = () => lookAtWhatIsLeft(stack, stack.database.db, stack.persistTo);

beforeAll(async () => {
  stack = await startFaultStack({ edge: "edge-inspected.workerd.ts" });
  untouched = await look();
});
afterAll(() => stack?.close());

/** Rightly signed: whoever sends it holds the secret. */
function challenge(subscription: object, words: unknown) {
  return sendRaw(
    stack.url,
    twitchRequest({
      secret: stack.secrets.simulators.twitch.eventsubSecret,
      body: JSON.stringify({ subscription, challenge: words }),
      type: "webhook_callback_verification",
    }),
  );
}

const asked = () => twitchSubscription("channel.chat.message", demoIds.twitchBroadcasterId);

test("threat 3: a challenge for a subscription nobody asked for is refused with 403", async () => {
  const wanted = demoIds.twitchBroadcasterId;
  const strangers = ["1", "710000002", `${wanted}0`, wanted.slice(1), "", "*", "%", "' OR 1=1 --"];
  const types = ["channel.cheer", "channel.raid", "stream.online", "channel.update", "*", "CHANNEL.FOLLOW"];
  const subscriptions = [
    ...strangers.map((id) => twitchSubscription("channel.chat.message", id)),
    ...types.map((type) => twitchSubscription(type, wanted)),
    { ...asked(), condition: {} },
    { ...asked(), condition: { to_broadcaster_user_id: "1" } },
  ];
  for (const subscription of subscriptions) {
    const words = `challenge-${randomUUID()}`;
    const answer = await challenge(subscription, words);
    // A condition that cannot be one is no challenge at all: 204, without effect.
    expect([403, 204], JSON.stringify(subscription.condition)).toContain(answer.status);
    expect(answer.body).not.toContain(words);
  }
  const { status } = await challenge(twitchSubscription("channel.chat.message", "1"), "words");
  expect(status).toBe(403);
  expect(await look()).toEqual(untouched);
});

test("threat 3: a challenge that is more than plain visible text is never given back", async () => {
  const odd: unknown[] = [
    "<script>alert(1)</script> ",
    "<img src=x onerror=alert(1)>",
    "a\r\nset-cookie: session=1",
    "a\r\n\r\n<html>",
    "two words",
    "a\tb",
    "a\u0000b",
    "a\u2028b",
    "ünïcode",
    "🐧",
    "\ufeffabc",
    "\ud800",
    "x".repeat(257),
    "x".repeat(100_000),
    "",
    " ",
    "\u007f",
    42,
    null,
    ["a"],
    { toString: "a" },
    true,
  ];
  for (const words of odd) {
    const answer = await challenge(asked(), words);
    expect([403, 204], JSON.stringify(words).slice(0, 80)).toContain(answer.status);
    expect(["", "refused"]).toContain(answer.body);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  }
  expect(await look()).toEqual(untouched);
});

test("threat 3: what looks like HTML in visible characters comes back as text only, and nobody may guess its type", async () => {
  const words = "<script>alert(1)</script>";
  const answer = await challenge(asked(), words);
  expect(answer).toMatchObject({
    status: 200,
    body: words,
    headers: { "x-content-type-options": "nosniff" },
  });
  expect(answer.headers["content-type"]).toMatch(/^text\/plain\b/);
});

test("SLK-1 threat 3: Slack's challenge comes back as text, an odd one not at all, a wrongly signed one is refused", async () => {
  const { signingSecret } = stack.secrets.simulators.slack;
  const ask = (words: unknown, secret = signingSecret) => {
    const body = JSON.stringify({ type: "url_verification", token: "x", challenge: words });
    return sendRaw(stack.url, slackRequest({ secret, body }));
  };
  const good = await ask("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P");
  expect(good).toMatchObject({ status: 200, headers: { "x-content-type-options": "nosniff" } });
  expect(good.body).toBe("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P");
  expect(good.headers["content-type"]).toMatch(/^text\/plain\b/);
  for (const words of ["a\r\nb", "<b> ", "x".repeat(257), "", 7, null]) {
    expect(await ask(words)).toMatchObject({ status: 200, body: "" });
  }
  expect(await ask("words", "the secret of somebody else")).toMatchObject({ status: 401, body: "refused" });
});

test("TWI-1 the control: the challenge we wait for is given back, and nothing else with it", async () => {
  const words = "pogchamp-kappa-360noscope-vohiyo";
  const answer = await challenge(asked(), words);
  expect(answer).toMatchObject({ status: 200, body: words });
});

test("DIS-1 PING is answered with type 1, and one with a wrong signature with 401", async () => {
  expect(await stack.simulators.discord.verifyEndpoint()).toBe(true);
  expect(stack.simulators.discord.badSignatureProbes).toEqual({ sent: 1, refused: 1 });
});
