import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import type { GatewayAssignment, GatewayClaim, GatewayFrame } from "#contracts/gateway";
import type { OutboundMessage } from "#contracts/sender";
import { aLink, aNonce, connect, until, wish } from "#test/fakes/gateway-socket.workerd";
import { accepted, faults, linkWorld } from "#test/fakes/test-worker.workerd";

const eight = Array.from({ length: 8 }, (_, index) => `#room-${index}`);

afterEach(() => {
  faults.wishesFail = false;
  faults.shardsFail = false;
  linkWorld.graceMs = 10_000;
  accepted.length = 0;
});

const channelsOf = ({ irc }: GatewayAssignment) => irc.flatMap(({ channels }) => channels);
const keysOf = ({ lease }: GatewayAssignment) => lease?.claims.map(({ key }) => key).sort() ?? [];
const claimFor = (assignment: GatewayAssignment, channel: string) =>
  assignment.lease?.claims.find(({ key }) => key === `irc:host:${channel}`);

function aFrame(
  id: string,
  channel: string,
  claim: GatewayClaim | undefined,
  receivedAt: number,
): GatewayFrame {
  const raw = `:bob!b@h PRIVMSG ${channel} :${id}`;
  return { platform: "irc", connection: "host", id, receivedAt, raw, ...(claim && { claim }) };
}

const aMessage = (channel: string): OutboundMessage => ({
  id: `to ${channel}`,
  entityId: `irc:host:${channel}`,
  target: { kind: "chat", platform: "irc", channel, server: "host" },
  text: "quack",
  ephemeral: false,
  priority: "reply",
  correlationId: "c1",
});

/** Both renew until nothing moves any more; what each holds then. */
async function settle(...gateways: Awaited<ReturnType<typeof connect>>[]): Promise<GatewayAssignment[]> {
  for (let turn = 0; turn < 10; turn++) {
    const all = [];
    for (const gateway of gateways) all.push(await gateway.renew());
    if (all.every(({ lease }) => lease?.renewMs === 10_000)) return all;
  }
  throw new Error("it does not settle");
}

test("a lease names what to be in, its numbers and its end; the same again changes no version", async () => {
  wish({ host: ["#duck"], "other.example": ["#goose"] });
  const gateway = await connect(aLink());
  const first = await gateway.renew();
  expect(first).toEqual({
    type: "assignment",
    irc: [
      { connection: "host", channels: ["#duck"] },
      { connection: "other.example", channels: ["#goose"] },
    ],
    others: {},
    networks: [],
    lease: {
      version: 1,
      ms: 50_000,
      renewMs: 10_000,
      claims: [
        { key: "irc:host:#duck", fence: 1 },
        { key: "irc:other.example:#goose", fence: 1 },
      ],
    },
  });
  expect(await gateway.renew()).toEqual(first);
});

test("a gateway gets only what it has sources for, and only the passwords of its networks", async () => {
  wish({ host: ["#duck"] });
  const network = {
    port: 6697,
    tls: true,
    nick: "w",
    flavour: "irc",
    burstLines: 5,
    linesPerSecond: 1,
  } as const;
  linkWorld.wishes = {
    connections: { ...linkWorld.wishes.connections, discord: [{ connection: "0", channels: [] }] },
    networks: [
      { ...network, host: "host", password: "for host" },
      { ...network, host: "elsewhere", password: "for nobody here" },
    ],
  };
  const link = aLink();
  const without = await (await connect(link)).renew(0, ["discord"]);
  expect(without).toMatchObject({
    irc: [],
    others: { discord: [{ connection: "0", channels: [] }] },
    networks: [],
  });
  const both = await (await connect(link)).renew(0, ["irc", "discord"]);
  expect(keysOf(both)).toEqual(["discord:0", "irc:host:#duck"]);
  expect(both.networks?.map(({ host }) => host)).toEqual(["host"]);
});

test("threat 25: two gateways split the channels; none is ever in both assignments", async () => {
  wish({ host: eight });
  const [one, two] = [await connect(aLink()), await connect(aLink())];
  expect(channelsOf(await one.renew())).toEqual(eight);
  // The second may not have what the first was not told to leave.
  expect(channelsOf(await two.renew())).toEqual([]);
  const [first, second] = await settle(one, two);
  if (!first || !second) throw new Error("two were asked");
  expect([...channelsOf(first), ...channelsOf(second)].sort()).toEqual(eight);
  expect(channelsOf(second).length).toBeGreaterThan(0);
  for (const channel of channelsOf(second)) expect(claimFor(second, channel)?.fence).toBe(2);
});

test("threat 25: what a gateway has not yet left is nobody else's", async () => {
  wish({ host: eight });
  const [one, two] = [await connect(aLink()), await connect(aLink())];
  await one.renew();
  await two.renew();
  const told = await one.renew();
  expect(channelsOf(told).length).toBeLessThan(8);
  expect(channelsOf(await two.renew())).toEqual([]);
  // Says that it lives, but not that it carried out what it was told.
  await one.renew((told.lease?.version ?? 0) - 1);
  expect(channelsOf(await two.renew())).toEqual([]);
  await one.renew(told.lease?.version);
  expect(channelsOf(await two.renew())).toHaveLength(8 - channelsOf(told).length);
});

test("threat 25: split brain: under the old number nothing is taken in or said, and nothing twice", async () => {
  wish({ host: eight });
  const [oldLink, newLink] = [aLink(), aLink()];
  const [one, two] = [await connect(oldLink), await connect(newLink)];
  const before = await one.renew();
  await two.renew();
  const [, second] = await settle(one, two);
  const moved = second && channelsOf(second)[0];
  if (!second || !moved) throw new Error("nothing moved");
  const old = claimFor(before, moved);
  const now = Date.now();
  one.up({
    type: "events",
    seq: 1,
    frames: [
      aFrame("heard-before", moved, old, now - 60_000),
      aFrame("heard-after", moved, old, now + 10_000),
      aFrame("made-up", moved, { key: `irc:host:${moved}`, fence: 99 }, now - 60_000),
    ],
  });
  await one.hears({ type: "acknowledged", seq: 1 });
  two.up({ type: "events", seq: 1, frames: [aFrame("other", moved, claimFor(second, moved), now)] });
  await two.hears({ type: "acknowledged", seq: 1 });
  expect(accepted.flatMap(({ ids }) => ids)).toEqual(["irc:host:heard-before", "irc:host:other"]);

  expect(await oldLink.send(aMessage(moved))).toMatchObject({ ok: false, code: "unavailable" });
  const outcome = newLink.send(aMessage(moved));
  await until(() => two.sends().length === 1);
  expect(two.sends()[0]).toMatchObject({ claim: { key: `irc:host:${moved}`, fence: 2 } });
  two.up({ type: "sent", id: aMessage(moved).id, outcome: { ok: true, platformMessageIds: [] } });
  expect(await outcome).toMatchObject({ ok: true });
  expect(one.sends()).toEqual([]);
});

test("a gateway's clock may be wrong by a minute: its moments are read by ours", async () => {
  wish({ host: eight });
  const skewMs = 50_000;
  const [one, two] = [await connect(aLink(), aNonce(), Date.now() + skewMs), await connect(aLink())];
  const before = await one.renew();
  await two.renew();
  const [, second] = await settle(one, two);
  const moved = (second && channelsOf(second)[0]) ?? "";
  const frame = aFrame("heard-before", moved, claimFor(before, moved), Date.now() + skewMs - 5000);
  one.up({ type: "events", seq: 1, frames: [frame] });
  await one.hears({ type: "acknowledged", seq: 1 });
  expect(accepted.flatMap(({ ids }) => ids)).toEqual(["irc:host:heard-before"]);
});

test.each([
  ["says goodbye", 1000],
  ["vanishes and does not come back", 3000],
])("what a gateway held is another's when it %s", async (_, code) => {
  wish({ host: eight });
  const link = aLink();
  const [one, two] = [await connect(link), await connect(aLink())];
  await one.renew();
  await two.renew();
  await settle(one, two);
  one.close(code);
  await until(async () => !(await link.status()).connected);
  if (code !== 1000) {
    // An alarm that comes for another reason, before its time is over, takes nothing away.
    expect(await runDurableObjectAlarm(link)).toBe(true);
    expect(channelsOf(await two.renew()).length).toBeLessThan(8);
    linkWorld.graceMs = 0;
    expect(await runDurableObjectAlarm(link)).toBe(true);
  }
  await until(async () => (await link.status()).holds.length === 0);
  expect(channelsOf(await two.renew())).toEqual(eight);
});

test("a gateway that comes back in time finds everything as it was, the numbers too", async () => {
  wish({ host: eight });
  const link = aLink();
  const one = await connect(link);
  const before = await one.renew();
  one.close(3000);
  await until(async () => !(await link.status()).connected);
  const again = await connect(link);
  await runDurableObjectAlarm(link);
  const after = await again.renew(before.lease?.version);
  expect(after.lease?.claims).toEqual(before.lease?.claims);
});

test("leases survive the object's sleep: a sleeping link still refuses and still sends", async () => {
  wish({ host: ["#duck"] });
  const link = aLink();
  const gateway = await connect(link);
  await gateway.renew();
  await evictDurableObject(link);
  const outcome = link.send(aMessage("#duck"));
  await until(() => gateway.sends().length === 1);
  gateway.up({ type: "sent", id: aMessage("#duck").id, outcome: { ok: true, platformMessageIds: [] } });
  expect(await outcome).toMatchObject({ ok: true });
  expect(await link.send(aMessage("#goose"))).toMatchObject({ ok: false, code: "unavailable" });
  expect((await gateway.renew()).lease?.claims).toEqual([{ key: "irc:host:#duck", fence: 1 }]);
});

test("a channel that is switched off is left, one that is added is joined, at once on refresh", async () => {
  wish({ host: ["#duck", "#goose"] });
  const link = aLink();
  const gateway = await connect(link);
  await gateway.renew();
  wish({ host: ["#goose", "#swan"] }, false);
  await link.refresh();
  await until(() => gateway.assignments().length === 2);
  expect(channelsOf(gateway.assignments()[1] ?? (await gateway.renew()))).toEqual(["#goose", "#swan"]);
  await gateway.renew();
  expect((await link.status()).holds.map(({ key }) => key)).toEqual(["irc:host:#goose", "irc:host:#swan"]);
});

test("while the database is away a lease goes on as before; networks stay as the gateway has them", async () => {
  wish({ host: ["#duck"] });
  const link = aLink();
  const gateway = await connect(link);
  const before = await gateway.renew();
  faults.wishesFail = true;
  await evictDurableObject(link);
  const after = await gateway.renew();
  expect([channelsOf(after), after.networks]).toEqual([channelsOf(before), undefined]);
});

test("while the coordinator is away no lease is renewed: it runs out, and the gateway leaves", async () => {
  wish({ host: ["#duck"] });
  const gateway = await connect(aLink());
  await gateway.renew();
  faults.shardsFail = true;
  gateway.up({ type: "renew", version: 1, platforms: ["irc"] });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(gateway.assignments()).toHaveLength(1);
  faults.shardsFail = false;
  expect(channelsOf(await gateway.renew())).toEqual(["#duck"]);
});
