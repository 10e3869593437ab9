import { env, evictDurableObject } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import type { GatewayDown, GatewayFrame, GatewayUp } from "#contracts/gateway";
import { gatewayDown, gatewayHeaders } from "#contracts/gateway";
import type { OutboundMessage } from "#contracts/sender";
import { accepted, faults } from "#test/fakes/test-worker.workerd";

let objects = 0;
const aLink = () => env.GATEWAY_LINK.get(env.GATEWAY_LINK.idFromName(`gateway-${++objects}`));
type Link = ReturnType<typeof aLink>;

afterEach(() => {
  faults.acceptFails = false;
  accepted.length = 0;
});

const aNonce = () => crypto.randomUUID().replaceAll("-", "");

function open(link: Link, nonce = aNonce()): Promise<Response> {
  const headers = {
    upgrade: "websocket",
    [gatewayHeaders.id]: "gateway-1",
    [gatewayHeaders.timestamp]: String(Date.now()),
    [gatewayHeaders.nonce]: nonce,
  };
  return link.fetch("https://edge/gateway", { headers });
}

/** A gateway's end of the socket. */
async function connect(link: Link, nonce = aNonce()) {
  const { webSocket } = await open(link, nonce);
  if (!webSocket) throw new Error("no socket");
  const heard: GatewayDown[] = [];
  const closed = Promise.withResolvers<number>();
  webSocket.addEventListener("message", ({ data }) => {
    heard.push(gatewayDown.parse(JSON.parse(String(data))));
  });
  webSocket.addEventListener("close", ({ code }) => closed.resolve(code));
  webSocket.accept();
  return {
    heard,
    closed: closed.promise,
    up: (message: GatewayUp) => webSocket.send(JSON.stringify(message)),
    text: (text: string) => webSocket.send(text),
    close: () => webSocket.close(1000),
    hears: async (expected: GatewayDown) => {
      await until(() => heard.some((message) => JSON.stringify(message) === JSON.stringify(expected)));
    },
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries++) {
    if (tries > 300) throw new Error("it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function aFrame(id: string, channel = "#duck", text = "hi"): GatewayFrame {
  const raw = `:bob!b@h PRIVMSG ${channel} :${text}`;
  return { platform: "irc", connection: "host", id, receivedAt: 1_800_000_000_000, raw };
}

const aBatch = (seq: number, ...frames: GatewayFrame[]): GatewayUp => ({ type: "events", seq, frames });

const aMessage: OutboundMessage = {
  id: "effect-1",
  entityId: "irc:host:#duck",
  target: { kind: "chat", platform: "irc", channel: "#duck", server: "host" },
  text: "quack",
  ephemeral: false,
  priority: "reply",
  correlationId: "c1",
};

test("a batch is acknowledged once each channel has its events, and lines nobody acts on are done too", async () => {
  const link = aLink();
  const gateway = await connect(link);
  const notice = { ...aFrame("n"), raw: ":bob!b@h NOTICE #duck :no" };
  gateway.up(aBatch(1, aFrame("a"), aFrame("b", "#goose"), aFrame("c"), notice));
  await gateway.hears({ type: "acknowledged", seq: 1 });
  expect(accepted).toEqual([
    { entityId: "irc:host:#duck", ids: ["irc:host:a", "irc:host:c"] },
    { entityId: "irc:host:#goose", ids: ["irc:host:b"] },
  ]);
  gateway.up(aBatch(2, notice));
  await gateway.hears({ type: "acknowledged", seq: 2 });
  expect(await link.status()).toMatchObject({ connected: true, lastSeq: 2, lastEventAt: expect.any(Number) });
});

test("what a channel did not take is not acknowledged, nor is anything behind it, and the socket is closed for a new try", async () => {
  const link = aLink();
  const gateway = await connect(link);
  faults.acceptFails = true;
  gateway.up(aBatch(1, aFrame("a")));
  gateway.up(aBatch(2, { ...aFrame("n"), raw: "PING x" }));
  expect(await gateway.closed).toBe(1011);
  expect(gateway.heard.filter(({ type }) => type === "acknowledged")).toEqual([]);

  faults.acceptFails = false;
  const again = await connect(link);
  again.up(aBatch(1, aFrame("a")));
  await again.hears({ type: "acknowledged", seq: 1 });
});

test.each([
  ["no JSON", "{"],
  ["an unknown type", '{"type":"events"}'],
  [
    "too many frames",
    JSON.stringify(aBatch(1, ...Array.from({ length: 101 }, (_, index) => aFrame(String(index))))),
  ],
])("threat 25: %s closes the socket with 1008", async (_, text) => {
  const gateway = await connect(aLink());
  gateway.text(text);
  expect(await gateway.closed).toBe(1008);
  expect(accepted).toEqual([]);
});

test("a missing batch is not acknowledged over", async () => {
  const gateway = await connect(aLink());
  gateway.up(aBatch(7, aFrame("a")));
  await gateway.hears({ type: "acknowledged", seq: 7 });
  gateway.up(aBatch(9, aFrame("b")));
  expect(await gateway.closed).toBe(1008);
});

test("threat 25: a nonce opens one socket, after the object's sleep too", async () => {
  const link = aLink();
  const nonce = aNonce();
  await connect(link, nonce);
  expect((await open(link, nonce)).status).toBe(401);
  await evictDurableObject(link);
  expect((await open(link, nonce)).status).toBe(401);
  expect((await open(link, "short")).status).toBe(400);
});

test("of two sockets of one gateway the newer wins", async () => {
  const link = aLink();
  const older = await connect(link);
  const newer = await connect(link);
  expect(await older.closed).toBe(4001);
  newer.up(aBatch(1, aFrame("a")));
  await newer.hears({ type: "acknowledged", seq: 1 });
  const outcome = link.send(aMessage);
  await newer.hears({ type: "send", message: aMessage });
  newer.up({ type: "sent", id: aMessage.id, outcome: { ok: true, platformMessageIds: [] } });
  expect(await outcome).toEqual({ ok: true, value: { platformMessageIds: [] } });
  expect(older.heard.filter(({ type }) => type === "send")).toEqual([]);
});

test("assignments come with the connection and with every change, and survive the object's sleep", async () => {
  const link = aLink();
  const irc = [{ connection: "host", channels: ["#duck"] }];
  const gateway = await connect(link);
  await gateway.hears({ type: "assignment", irc: [] });
  await link.assign(irc);
  await gateway.hears({ type: "assignment", irc });
  await evictDurableObject(link);
  const later = await connect(link);
  await later.hears({ type: "assignment", irc });
});

test("a socket outlives the object's sleep with its place", async () => {
  const link = aLink();
  const gateway = await connect(link);
  gateway.up(aBatch(4, aFrame("a")));
  await gateway.hears({ type: "acknowledged", seq: 4 });
  await evictDurableObject(link);
  gateway.up(aBatch(5, aFrame("b")));
  await gateway.hears({ type: "acknowledged", seq: 5 });
  expect(await link.status()).toMatchObject({ connected: true, lastSeq: 5 });
});

test("without a gateway nothing is sent and the caller may try again", async () => {
  const link = aLink();
  expect(await link.send(aMessage)).toMatchObject({ ok: false, code: "unavailable", retryAfterMs: 2000 });
  const gateway = await connect(link);
  gateway.up(aBatch(3, aFrame("a")));
  await gateway.hears({ type: "acknowledged", seq: 3 });
  gateway.close();
  await gateway.closed;
  expect(await link.status()).toMatchObject({ connected: false, lastSeq: 3 });
  expect(await link.send(aMessage)).toMatchObject({ ok: false, code: "unavailable" });
});

test("the gateway's refusals come back as outcomes; one id that waits goes down once", async () => {
  const link = aLink();
  const gateway = await connect(link);
  const outcomes = Promise.all([link.send(aMessage), link.send(aMessage)]);
  await gateway.hears({ type: "send", message: aMessage });
  await new Promise((resolve) => setTimeout(resolve, 50));
  gateway.up({
    type: "sent",
    id: aMessage.id,
    outcome: { ok: false, code: "unavailable", message: "not joined" },
  });
  const expected = { ok: false, code: "unavailable", message: "not joined", retryAfterMs: 2000 };
  expect(await outcomes).toEqual([expected, expected]);
  expect(gateway.heard.filter(({ type }) => type === "send")).toHaveLength(1);
});

test("a gateway that goes while it speaks leaves the outcome unknown", async () => {
  const link = aLink();
  const gateway = await connect(link);
  const outcome = link.send(aMessage);
  await gateway.hears({ type: "send", message: aMessage });
  gateway.close();
  expect(await outcome).toMatchObject({ ok: false, code: "unknown" });
});

test("a gateway that does not answer within 5 s leaves the outcome unknown", async () => {
  const link = aLink();
  await connect(link);
  const startedAt = Date.now();
  expect(await link.send(aMessage)).toMatchObject({ ok: false, code: "unknown" });
  expect(Date.now() - startedAt).toBeGreaterThan(4900);
});
