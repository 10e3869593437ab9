import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { GatewayDown } from "#contracts/gateway";
import type { Link, LinkOptions } from "#gateway/link";
import { startLink } from "#gateway/link";
import type { SentOutcome } from "#gateway/source";
import { makeSpool, openGatewayDatabase, type Spool } from "#gateway/spool";
import { type FakeEdge, startFakeEdge } from "#test/fakes/fake-edge";

const key = "0123456789abcdef";
const message: Extract<GatewayDown, { type: "send" }>["message"] = {
  id: "effect-1",
  entityId: "irc:host:#duck",
  target: { kind: "chat", platform: "irc", channel: "#duck", server: "host" },
  text: "quack",
  ephemeral: false,
  priority: "reply",
  correlationId: "c1",
};

const timings = {
  lingerMs: 5,
  acknowledgeMs: 300,
  pingMs: 50,
  backoff: { baseMs: 10, maxMs: 40 },
  replacedMs: 60_000,
};

let edge: FakeEdge;
let spool: Spool;
let link: Link | undefined;

beforeEach(async () => {
  edge = await startFakeEdge({ key });
  spool = makeSpool(openGatewayDatabase(":memory:"));
});
afterEach(async () => {
  await link?.close(0);
  await edge.stop();
});

function start(changes: Partial<LinkOptions> = {}): Link {
  link = startLink({
    edgeUrl: edge.url,
    gatewayId: "gateway-1",
    gatewayKey: key,
    spool,
    timings,
    onSend: async (): Promise<SentOutcome> => ({ ok: true, platformMessageIds: [] }),
    onFetch: async () => ({ ok: false, code: "unavailable", message: "not from here" }),
    platforms: ["irc"],
    leases: { version: () => 0, renewMs: () => 60_000 },
    onAssignment: () => false,
    onReplaced: () => {},
    log: () => {},
    now: Date.now,
    random: Math.random,
    ...changes,
  });
  return link;
}

function store(from: number, count: number): void {
  for (let index = from; index < from + count; index++) {
    spool.store({ platform: "irc", connection: "host", id: `f${index}`, receivedAt: 1, raw: "x" });
  }
  link?.wake();
}

const received = () => edge.batches.flatMap(({ frames }) => frames.map(({ id }) => id));
const idsUpTo = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);

describe("link", () => {
  test("frames go up in order, at most 500 a batch, numbers rising by one, and leave the spool", async () => {
    // Nobody is late here, however busy the machine is.
    start({ timings: { ...timings, acknowledgeMs: 60_000, pingMs: 60_000 } });
    store(0, 1200);
    await vi.waitFor(() => expect(spool.backlog().frames).toBe(0));
    expect(received()).toEqual(idsUpTo(1200));
    expect(edge.batches.map(({ seq }) => seq)).toEqual(edge.batches.map((_, index) => index + 1));
    expect(Math.max(...edge.batches.map(({ frames }) => frames.length))).toBeLessThanOrEqual(500);
  });

  test("frames that come close together share a batch", async () => {
    start({
      timings: { ...timings, lingerMs: 60, acknowledgeMs: 1000, pingMs: 500 },
    });
    await vi.waitFor(() => expect(edge.handshakes).toBe(1));
    for (let index = 0; index < 10; index++) store(index, 1);
    await vi.waitFor(() => expect(received()).toEqual(idsUpTo(10)));
    expect(edge.batches).toHaveLength(1);
  });

  test("P8 without acknowledgement nothing is forgotten, the window is bounded, and a reconnect sends the same again", async () => {
    edge.acknowledges = false;
    const running = start();
    store(0, 2000);
    await vi.waitFor(() => expect(edge.batches).toHaveLength(2));
    expect(running.health().inFlight).toBe(2);
    expect(spool.backlog().frames).toBe(2000);
    const first = [...edge.batches];

    edge.drop();
    await vi.waitFor(() => expect(edge.batches).toHaveLength(4));
    expect(edge.batches.slice(2)).toEqual(first);

    edge.acknowledges = true;
    edge.drop();
    await vi.waitFor(() => expect(spool.backlog().frames).toBe(0));
    expect(new Set(received())).toEqual(new Set(idsUpTo(2000)));
    expect(running.health().acknowledgedFrames).toBe(2000);
  });

  test("an edge that takes and never acknowledges is left and tried again", async () => {
    edge.acknowledges = false;
    start();
    store(0, 1);
    await vi.waitFor(() => expect(edge.handshakes).toBeGreaterThan(1), 3000);
    edge.acknowledges = true;
    await vi.waitFor(() => expect(spool.backlog().frames).toBe(0), 3000);
    expect(new Set(received())).toEqual(new Set(["f0"]));
  });

  test("P8 a new process sends what the old one left, under the same frame ids", async () => {
    edge.acknowledges = false;
    const old = start();
    store(0, 3);
    await vi.waitFor(() => expect(received()).toEqual(idsUpTo(3)));
    await old.close(0);
    edge.acknowledges = true;
    edge.batches = [];
    start();
    await vi.waitFor(() => expect(spool.backlog().frames).toBe(0));
    expect(received()).toEqual(idsUpTo(3));
  });

  test("P8 the drop is not blind: a spool that forgets what was only sent loses frames", async () => {
    edge.acknowledges = false;
    const forgetful: Spool = {
      ...spool,
      next(position, limit) {
        const rows = spool.next(position, limit);
        for (const row of rows) spool.remove(row.position, row.position);
        return rows;
      },
    };
    const old = start({ spool: forgetful });
    store(0, 3);
    await vi.waitFor(() => expect(received()).toEqual(idsUpTo(3)));
    await old.close(0);
    edge.acknowledges = true;
    edge.batches = [];
    start();
    store(3, 1);
    await vi.waitFor(() => expect(spool.backlog().frames).toBe(0));
    expect(received()).toEqual(["f3"]);
  });

  test("an edge that is not there at first is found later", async () => {
    const port = Number(new URL(edge.url).port);
    await edge.stop();
    start();
    store(0, 2);
    await new Promise((resolve) => setTimeout(resolve, 60));
    edge = await startFakeEdge({ key, port });
    await vi.waitFor(() => expect(received()).toEqual(idsUpTo(2)), 3000);
  });

  test("threat 25: a wrong key gets no socket and keeps its frames", async () => {
    const running = start({ gatewayKey: "another key, not ours" });
    store(0, 1);
    await vi.waitFor(() => expect(edge.refusals).toBeGreaterThan(1));
    expect([edge.handshakes, running.health().isConnected, spool.backlog().frames]).toEqual([0, false, 1]);
  });

  test("sends and assignments come down, answers go up", async () => {
    const said: string[] = [];
    const assigned: unknown[] = [];
    start({
      onSend: async ({ message: { text } }) => {
        said.push(text);
        return { ok: true, platformMessageIds: [] };
      },
      onAssignment: ({ irc }) => {
        assigned.push(irc);
        return false;
      },
    });
    await vi.waitFor(() => expect(assigned).toEqual([[]]));
    edge.send({ type: "send", message });
    await vi.waitFor(() => expect(edge.answers).toHaveLength(1));
    expect(said).toEqual(["quack"]);
    expect(edge.answers[0]).toEqual({
      type: "sent",
      id: "effect-1",
      outcome: { ok: true, platformMessageIds: [] },
    });
  });

  test("a gateway that was replaced falls silent", async () => {
    const onReplaced = vi.fn();
    start({ onReplaced });
    await vi.waitFor(() => expect(edge.handshakes).toBe(1));
    edge.drop(4001);
    await vi.waitFor(() => expect(onReplaced).toHaveBeenCalledOnce());
    // And stays away: two with one name must not take turns.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(edge.handshakes).toBe(1);
  });

  test("closing hands over what is spooled", async () => {
    // Nobody is late here, however busy the machine is.
    const running = start({ timings: { ...timings, acknowledgeMs: 60_000, pingMs: 60_000 } });
    await vi.waitFor(() => expect(running.health().isConnected).toBe(true));
    store(0, 500);
    await running.close(20_000);
    expect(spool.backlog().frames).toBe(0);
    expect(received()).toEqual(idsUpTo(500));
  });
});
