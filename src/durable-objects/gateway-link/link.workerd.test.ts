import { env, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { GatewayFrame, GatewayUp } from "#contracts/gateway";
import type { OutboundMessage } from "#contracts/sender";
import { aLink, aNonce, connect, open, until, wish } from "#test/fakes/gateway-socket.workerd";
import { accepted, faults, linkWorld } from "#test/fakes/test-worker.workerd";

beforeEach(() => wish({ host: ["#duck"] }));
afterEach(() => {
  faults.acceptFails = false;
  faults.wishesFail = false;
  faults.shardsFail = false;
  accepted.length = 0;
});

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
    JSON.stringify(aBatch(1, ...Array.from({ length: 501 }, (_, index) => aFrame(String(index))))),
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
  await older.renew();
  const newer = await connect(link);
  expect(await older.closed).toBe(4001);
  await newer.renew();
  newer.up(aBatch(1, aFrame("a")));
  await newer.hears({ type: "acknowledged", seq: 1 });
  const outcome = link.send(aMessage);
  await until(() => newer.sends().length === 1);
  newer.up({ type: "sent", id: aMessage.id, outcome: { ok: true, platformMessageIds: [] } });
  expect(await outcome).toEqual({ ok: true, value: { platformMessageIds: [] } });
  expect(older.sends()).toEqual([]);
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
  await gateway.renew();
  gateway.up(aBatch(3, aFrame("a")));
  await gateway.hears({ type: "acknowledged", seq: 3 });
  gateway.close();
  await until(async () => !(await link.status()).connected);
  expect(await link.status()).toMatchObject({ connected: false, lastSeq: 3 });
  expect(await link.send(aMessage)).toMatchObject({ ok: false, code: "unavailable" });
});

test("the gateway's refusals come back as outcomes; one id that waits goes down once", async () => {
  const link = aLink();
  const gateway = await connect(link);
  await gateway.renew();
  const outcomes = Promise.all([link.send(aMessage), link.send(aMessage)]);
  await until(() => gateway.sends().length > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  gateway.up({
    type: "sent",
    id: aMessage.id,
    outcome: { ok: false, code: "unavailable", message: "not joined" },
  });
  const expected = { ok: false, code: "unavailable", message: "not joined", retryAfterMs: 2000 };
  expect(await outcomes).toEqual([expected, expected]);
  expect(gateway.sends()).toHaveLength(1);
});

test("a gateway that goes while it speaks leaves the outcome unknown", async () => {
  const link = aLink();
  const gateway = await connect(link);
  await gateway.renew();
  const outcome = link.send(aMessage);
  await until(() => gateway.sends().length > 0);
  gateway.close();
  expect(await outcome).toMatchObject({ ok: false, code: "unknown" });
});

test("a gateway that does not answer within 5 s leaves the outcome unknown", async () => {
  const link = aLink();
  await (await connect(link)).renew();
  const startedAt = Date.now();
  expect(await link.send(aMessage)).toMatchObject({ ok: false, code: "unknown" });
  expect(Date.now() - startedAt).toBeGreaterThan(4900);
});

const many = Array.from({ length: 12 }, (_, index) => `#room-${index}`);
const idsOf = (channel: string) =>
  accepted.filter(({ entityId }) => entityId === `irc:host:${channel}`).flatMap(({ ids }) => ids);

test("L9 a batch for many channels is acknowledged once it is kept, and is in all of them soon after, in order", async () => {
  const link = aLink();
  const gateway = await connect(link);
  faults.acceptFails = true;
  gateway.up(aBatch(1, ...many.map((channel) => aFrame(`1${channel}`, channel))));
  gateway.up(aBatch(2, aFrame("2", "#room-0")));
  await gateway.hears({ type: "acknowledged", seq: 2 });
  expect([accepted, (await link.status()).waiting]).toEqual([[], 13]);
  faults.acceptFails = false;
  await until(async () => (await link.status()).waiting === 0);
  expect(idsOf("#room-0")).toEqual(["irc:host:1#room-0", "irc:host:2"]);
  expect(many.flatMap(idsOf)).toHaveLength(13);
});

test("L9 what was acknowledged and not handed on is handed on by the object's alarm, without a gateway", async () => {
  const link = aLink();
  const gateway = await connect(link);
  faults.acceptFails = true;
  gateway.up(aBatch(1, ...many.map((channel) => aFrame("a", channel))));
  await gateway.hears({ type: "acknowledged", seq: 1 });
  gateway.close(3000);
  await until(async () => !(await link.status()).connected);
  expect(accepted).toEqual([]);
  faults.acceptFails = false;
  expect(await runDurableObjectAlarm(link)).toBe(true);
  expect(many.map(idsOf)).toEqual(many.map(() => ["irc:host:a"]));
  expect((await link.status()).waiting).toBe(0);
});

test("T8 a gap goes to the platform's coordinator, and a batch with nothing else in it is done", async () => {
  const link = aLink();
  const gateway = await connect(link);
  const gap = { from: 5000, to: 9000 };
  gateway.up(aBatch(1, { ...aFrame("g"), raw: "", gap }));
  await gateway.hears({ type: "acknowledged", seq: 1 });
  const coordinator = env.COORDINATOR.get(env.COORDINATOR.idFromName(`${linkWorld.coordinator} irc`));
  expect(await coordinator.gaps(9)).toEqual([
    { id: "g", connection: "irc:host", node: link.gatewayId, from: 5000, to: 9000 },
  ]);
});

test("IRC-4 how the connections stand is what the gateway last said, and nothing while it is away", async () => {
  const link = aLink();
  const gateway = await connect(link);
  expect((await link.status()).report).toBeNull();
  const failing = {
    ...{ platform: "irc", connection: "host", isConnected: false, assigned: 1, joined: 0, failedAttempts: 2 },
    reason: "connect ECONNREFUSED",
  };
  gateway.up({ type: "renew", version: 0, platforms: ["irc"], connections: [failing] });
  await until(async () => (await link.status()).report !== null);
  expect((await link.status()).report).toEqual({ at: expect.any(Number), connections: [failing] });
  await evictDurableObject(link);
  expect((await link.status()).report).toMatchObject({ connections: [failing] });
  gateway.close();
  await until(async () => !(await link.status()).connected);
  expect((await link.status()).report).toBeNull();
});
