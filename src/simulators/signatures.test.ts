import { verifyKey } from "discord-interactions";
import { expect, test } from "vitest";
import { makeInteractionSigner, spoilSignature } from "#simulators/discord/sign";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { signSlack } from "#simulators/slack/sign";
import { setStage } from "#simulators/testing";
import { signEventSub } from "#simulators/twitch/sign";

/** HMAC-SHA256 by another implementation than the one under test. */
async function webHmac(secret: string, message: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  return Buffer.from(await crypto.subtle.sign("HMAC", key, encoder.encode(message))).toString("hex");
}

test("a Slack signature equals the published example", () => {
  const body =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V" +
    "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=" +
    "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
    "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  expect(signSlack("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body)).toBe(
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  );
});

test("an EventSub signature covers id, timestamp and body, in this order and without separators", async () => {
  const message = {
    secret: "secretabcd",
    id: "id-1",
    timestamp: "2021-02-19T23:47:00.8091512Z",
    body: '{"ö":1}',
  };
  const expected = await webHmac(message.secret, message.id + message.timestamp + message.body);
  expect(signEventSub(message)).toBe(`sha256=${expected}`);
});

test("a Discord signature verifies with Discord's own library, a spoiled one does not", async () => {
  const { discord } = makeSimulatorSecrets();
  const signature = makeInteractionSigner(discord.privateKeyPem)("1700000000", '{"type":1}');
  expect(await verifyKey('{"type":1}', signature, "1700000000", discord.publicKeyHex)).toBe(true);
  expect(await verifyKey('{"type":1}', spoilSignature(signature), "1700000000", discord.publicKeyHex)).toBe(
    false,
  );
  expect(await verifyKey('{"type":1} ', signature, "1700000000", discord.publicKeyHex)).toBe(false);
});

test("what goes over the wire is signed over exactly the bytes that arrive", async () => {
  await using stage = await setStage();
  const { simulators, edge } = stage;
  const { secrets } = simulators;
  await simulators.twitch.sendChat({ viewer: "zoe", text: "!quote add “ñ” 🦆" });
  await simulators.slack.sendChat({ viewer: "zoe", text: "a < b & c 🦆" });
  await simulators.slack.sendSlash({ viewer: "zoe", text: "quote ñ" });
  await simulators.discord.sendCommand({ viewer: "zoe", text: "!quote ñ 🦆" });
  const [twitch, slack, slash, discord] = edge.requests;
  const header = (request: typeof twitch, name: string) => request?.headers.get(name) ?? "";

  const signedByTwitch =
    header(twitch, "twitch-eventsub-message-id") +
    header(twitch, "twitch-eventsub-message-timestamp") +
    twitch?.body;
  expect(header(twitch, "twitch-eventsub-message-signature")).toBe(
    `sha256=${await webHmac(secrets.twitch.eventsubSecret, signedByTwitch)}`,
  );
  for (const request of [slack, slash]) {
    const signed = `v0:${header(request, "x-slack-request-timestamp")}:${request?.body}`;
    expect(header(request, "x-slack-signature")).toBe(
      `v0=${await webHmac(secrets.slack.signingSecret, signed)}`,
    );
  }
  const isGenuine = await verifyKey(
    discord?.body ?? "",
    header(discord, "x-signature-ed25519"),
    header(discord, "x-signature-timestamp"),
    secrets.discord.publicKeyHex,
  );
  expect(isGenuine).toBe(true);
});
