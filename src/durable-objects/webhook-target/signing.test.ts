import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { outgoingKey, signatureHeaders } from "#durable-objects/webhook-target/signing";
import { must } from "#lib/must";

const key = (webhookId: number, keyNumber: number) =>
  must(outgoingKey("master", webhookId, keyNumber), "a key");
const parts = () => {
  return { id: "msg_1", timestamp: Math.floor(Date.now() / 1000), body: '{"type":"follow","data":"ü"}' };
};

describe("PSH-2 the signature verifies with the secret", () => {
  test("for the reference library of Standard Webhooks, and for nobody with another key", () => {
    const sent = parts();
    const headers = signatureHeaders(sent, [key(1, 1)]);
    expect(new Webhook(key(1, 1)).verify(sent.body, headers)).toEqual({ type: "follow", data: "ü" });
    expect(() => new Webhook(key(2, 1)).verify(sent.body, headers)).toThrow();
    expect(() => new Webhook(key(1, 1)).verify(`${sent.body} `, headers)).toThrow();
    const later = { ...headers, "webhook-timestamp": String(sent.timestamp + 1) };
    expect(() => new Webhook(key(1, 1)).verify(sent.body, later)).toThrow();
  });

  test("for whoever only knows X-Webhook-Signature: sha256= over the body with the key's text", () => {
    const sent = parts();
    const hex = createHmac("sha256", key(1, 1)).update(sent.body).digest("hex");
    expect(signatureHeaders(sent, [key(1, 1)])).toMatchObject({ "x-webhook-signature": `sha256=${hex}` });
  });

  test("while a key is being changed the old and the new one both verify, and no third", () => {
    const sent = parts();
    const headers = signatureHeaders(sent, [key(1, 2), key(1, 1)]);
    for (const number of [1, 2])
      expect(new Webhook(key(1, number)).verify(sent.body, headers)).toMatchObject({ type: "follow" });
    expect(() => new Webhook(key(1, 3)).verify(sent.body, headers)).toThrow();
    const old = createHmac("sha256", key(1, 1)).update(sent.body).digest("hex");
    expect(headers["x-webhook-signature-previous"]).toBe(`sha256=${old}`);
  });

  test("a key is 32 bytes, another for each webhook, number and master key; without a master key there is none", () => {
    expect(key(1, 1)).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const keys = [key(1, 1), key(1, 2), key(11, 1), key(2, 1), must(outgoingKey("other", 1, 1), "a key")];
    expect(new Set(keys).size).toBe(keys.length);
    expect(outgoingKey("", 1, 1)).toBeUndefined();
  });
});
