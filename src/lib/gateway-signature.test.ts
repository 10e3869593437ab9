import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { gatewayHeaders } from "#contracts/gateway";
import { signHandshake, verifyHandshake } from "#lib/gateway-signature";

const key = "a key of some length";
const handshake = {
  gatewayId: "gateway-1",
  timestamp: 1_800_000_000_000,
  nonce: "0123456789abcdef".repeat(2),
};
const now = handshake.timestamp;

async function signed(changes: Record<string, string> = {}): Promise<Headers> {
  return new Headers({ ...(await signHandshake(handshake, key)), ...changes });
}

describe("the gateway's handshake", () => {
  test("is HMAC-SHA256 over id, timestamp and nonce", async () => {
    const expected = createHmac("sha256", key)
      .update(`gateway-1\n${handshake.timestamp}\n${handshake.nonce}`)
      .digest("hex");
    expect((await signed()).get(gatewayHeaders.signature)).toBe(expected);
    expect(await verifyHandshake(await signed(), key, now)).toEqual({ ok: true, handshake });
  });

  test("passes with either of two live keys, and never without one", async () => {
    expect((await verifyHandshake(await signed(), `another long key,${key}`, now)).ok).toBe(true);
    for (const keys of [undefined, "", ",", "another long key"]) {
      expect((await verifyHandshake(await signed(), keys, now)).ok).toBe(false);
    }
  });

  test("is good for 60 s both ways", async () => {
    const at = async (time: number) => (await verifyHandshake(await signed(), key, time)).ok;
    expect(await Promise.all([at(now - 60_000), at(now + 60_000)])).toEqual([true, true]);
    expect(await Promise.all([at(now - 60_001), at(now + 60_001)])).toEqual([false, false]);
  });

  test("threat 25: every change of every header is refused", async () => {
    const good = await signed();
    for (const name of Object.values(gatewayHeaders)) {
      const value = good.get(name) ?? "";
      const changes = [
        "",
        value.slice(0, -1),
        `${value}0`,
        value.toUpperCase(),
        `${value}, ${value}`,
        `0x${value}`,
        value.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      ];
      for (const change of changes.filter((text) => text !== value)) {
        const headers = new Headers(good);
        headers.set(name, change);
        expect(await verifyHandshake(headers, key, now), `${name}: ${change}`).toMatchObject({ ok: false });
      }
      const headers = new Headers(good);
      headers.delete(name);
      expect((await verifyHandshake(headers, key, now)).ok).toBe(false);
    }
  });
});
