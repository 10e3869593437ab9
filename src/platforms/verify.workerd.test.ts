import { expect, test } from "vitest";
import type { WebhookRequest } from "#contracts/platform";
import { concatBytes } from "#lib/hmac";
import { verify as verifyDiscord } from "#platforms/discord/verify";
import { verify as verifyKick } from "#platforms/kick/verify";
import { verify as verifySlack } from "#platforms/slack/verify";
import { verify as verifyTwitch } from "#platforms/twitch/verify";

// The same decisions inside workerd, whose WebCrypto is another one than Node's.
const now = Date.UTC(2026, 4, 20, 12, 0, 0);
const seconds = String(now / 1000);
const body = new TextEncoder().encode('{"type":1,"text":"ü"}');
const other = new TextEncoder().encode('{"type":1,"text":"u"}');

test("TWI-2 Twitch's signature", async () => {
  const timestamp = "2026-05-20T12:00:00.123456789Z";
  const digest = await hmac("a secret", concatBytes("id-1", timestamp, body));
  const request = make({
    "twitch-eventsub-message-id": "id-1",
    "twitch-eventsub-message-timestamp": timestamp,
    "twitch-eventsub-message-signature": `sha256=${digest}`,
  });
  const config = { TWITCH_EVENTSUB_SECRET: "a secret" };
  expect(await verifyTwitch(request, config)).toEqual({ ok: true });
  expect(await verifyTwitch({ ...request, body: other }, config)).toMatchObject({ ok: false, status: 403 });
});

test("SLK-2 Slack's signature", async () => {
  const digest = await hmac("a secret", concatBytes(`v0:${seconds}:`, body));
  const request = make({ "x-slack-request-timestamp": seconds, "x-slack-signature": `v0=${digest}` });
  const config = { SLACK_SIGNING_SECRET: "a secret" };
  expect(await verifySlack(request, config)).toEqual({ ok: true });
  expect(await verifySlack({ ...request, body: other }, config)).toMatchObject({ ok: false, status: 401 });
});

test("DIS-1 Discord's signature", async () => {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("Ed25519 made no key pair");
  const exported = await crypto.subtle.exportKey("raw", pair.publicKey);
  if (!(exported instanceof ArrayBuffer)) throw new Error("the raw key is no buffer");
  const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, concatBytes(seconds, body));
  const request = make({ "x-signature-timestamp": seconds, "x-signature-ed25519": toHex(signature) });
  const config = { DISCORD_PUBLIC_KEY: toHex(exported) };
  expect(await verifyDiscord(request, config)).toEqual({ ok: true });
  expect(await verifyDiscord({ ...request, body: other }, config)).toMatchObject({ ok: false, status: 401 });
});

test("FUT-2 Kick's signature", async () => {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("RSA made no key pair");
  const exported = await crypto.subtle.exportKey("spki", pair.publicKey);
  if (!(exported instanceof ArrayBuffer)) throw new Error("the key is no buffer");
  const timestamp = "2026-05-20T12:00:00Z";
  const message = concatBytes(`id-1.${timestamp}.`, body);
  const request = make({
    "kick-event-message-id": "id-1",
    "kick-event-message-timestamp": timestamp,
    "kick-event-signature": toBase64(await crypto.subtle.sign(algorithm.name, pair.privateKey, message)),
  });
  const pem = `-----BEGIN PUBLIC KEY-----\n${toBase64(exported)}\n-----END PUBLIC KEY-----\n`;
  const config = { KICK_PUBLIC_KEY: pem };
  expect(await verifyKick(request, config)).toEqual({ ok: true });
  expect(await verifyKick({ ...request, body: other }, config)).toMatchObject({ ok: false, status: 401 });
  expect(await verifyKick(request, { KICK_PUBLIC_KEY: "AAAA".repeat(20) })).toMatchObject({ status: 401 });
});

function make(headers: Record<string, string>): WebhookRequest {
  return { path: "", headers: new Headers(headers), body, receivedAt: now, correlationId: "c" };
}

async function hmac(secret: string, message: Uint8Array): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, [
    "sign",
  ]);
  return toHex(await crypto.subtle.sign("HMAC", key, message));
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toBase64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
