import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConnectionAssignment, GatewayClaim } from "#contracts/gateway";
import { maxRawLength } from "#contracts/gateway";
import { type Gateway, startGateway } from "#gateway/gateway";
import { makeLeases } from "#gateway/leases";
import type { MakeSource, SourceContext } from "#gateway/source";
import { aGatewayConfig } from "#gateway/testing";
import { type FakeEdge, startFakeEdge } from "#test/fakes/fake-edge";

const duck: GatewayClaim = { key: "irc:host:#duck", fence: 3 };
const aLease = (changes: object = {}) => ({
  version: 1,
  ms: 60_000,
  renewMs: 60_000,
  claims: [duck],
  ...changes,
});

describe("leases by a clock of the test's", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("T8 what is held is held until the lease ends, and not a moment longer", () => {
    let now = 0;
    const onEnded = vi.fn();
    const leases = makeLeases({ onEnded, monotonic: () => now });
    expect(leases.hold("irc", "host", "#duck")).toEqual({ isHeld: true });
    leases.take(aLease({ ms: 1000 }));
    expect(leases.hold("irc", "host", "#duck")).toEqual({ isHeld: true, claim: duck });
    expect(leases.hold("irc", "host", "#goose")).toEqual({ isHeld: false });
    now = 999;
    expect(leases.mayActUnder(duck)).toBe(true);
    // The process slept: its timers did not fire yet, but the clock says enough.
    now = 1000;
    expect([leases.mayActUnder(duck), leases.hold("irc", "host", "#duck").isHeld]).toEqual([false, false]);
    expect(onEnded).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(onEnded).toHaveBeenCalledOnce();
  });

  test("a renewal moves the end; only what is taken away is told", () => {
    let now = 0;
    const onEnded = vi.fn();
    const leases = makeLeases({ onEnded, monotonic: () => now });
    const goose = { key: "irc:host:#goose", fence: 1 };
    expect(leases.take(aLease({ ms: 1000, claims: [duck, goose] }))).toBe(false);
    now = 900;
    vi.advanceTimersByTime(900);
    expect(leases.take(aLease({ ms: 1000, version: 2, claims: [duck, goose] }))).toBe(false);
    now = 1800;
    vi.advanceTimersByTime(900);
    expect([leases.mayActUnder(duck), onEnded.mock.calls.length]).toEqual([true, 0]);
    expect(leases.take(aLease({ version: 3 }))).toBe(true);
    // Lost and got back in between: the old number is another claim.
    expect(leases.take(aLease({ version: 4, claims: [{ ...duck, fence: 5 }] }))).toBe(true);
    expect([leases.mayActUnder(duck), leases.mayActUnder(undefined), leases.version()]).toEqual([
      false,
      false,
      4,
    ]);
  });
});

describe("a gateway under a lease", () => {
  const key = "0123456789abcdef";
  let folder: string;
  let edge: FakeEdge;
  let gateway: Gateway;
  let context: SourceContext;
  let assigned: (readonly ConnectionAssignment[])[];
  let said: string[];

  const makeSource: MakeSource = (given) => {
    context = given;
    return {
      platform: "irc",
      start: () => undefined,
      setAssignment: (connections) => assigned.push(connections),
      async say(message, onStart) {
        onStart();
        said.push(message.text);
        return { ok: true, platformMessageIds: [] };
      },
      health: () => [],
      close: async () => undefined,
    };
  };

  beforeEach(async () => {
    assigned = [];
    said = [];
    folder = mkdtempSync(join(tmpdir(), "gateway-"));
    edge = await startFakeEdge({ key });
    gateway = await startGateway(
      aGatewayConfig({ gatewayKey: key, edgeUrl: edge.url, spoolPath: join(folder, "spool.sqlite") }),
      { log: () => undefined, sources: [makeSource] },
    );
    await vi.waitFor(() => expect(edge.renewals).toHaveLength(1));
  });
  afterEach(async () => {
    await gateway.close();
    await edge.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const irc = [{ connection: "host", channels: ["#duck"] }];
  async function lease(changes: object = {}, channels = irc): Promise<void> {
    const before = assigned.length;
    edge.send({ type: "assignment", irc: channels, lease: aLease(changes) });
    await vi.waitFor(() => expect(assigned.length).toBeGreaterThan(before));
  }
  const frames = () => edge.batches.flatMap((batch) => batch.frames);
  const hear = (channel: string, raw = "x") => context.forward({ connection: "host", channel, raw });

  function send(id: string, claim?: GatewayClaim): void {
    const target = { kind: "chat", platform: "irc", channel: "#duck", server: "host" } as const;
    const message = { id, entityId: "irc:host:#duck", target, text: id, correlationId: "c" };
    edge.send({ type: "send", message, ...(claim && { claim }) });
  }
  const answerTo = (id: string) =>
    vi.waitFor(() => {
      const answer = edge.answers.find((one) => one.id === id);
      if (!answer) throw new Error("no answer yet");
      return answer.outcome;
    });

  test("it says first what it can hold and that it carried out nothing yet", () => {
    expect(edge.renewals).toEqual([{ type: "renew", version: 0, connections: [], platforms: ["irc"] }]);
  });

  test("threat 25: it speaks under the claim that holds, and refuses an older number and none at all", async () => {
    await lease();
    send("good", duck);
    send("older", { ...duck, fence: 2 });
    send("other", { key: "irc:host:#goose", fence: 3 });
    send("without");
    expect(await answerTo("good")).toMatchObject({ ok: true });
    for (const id of ["older", "other", "without"])
      expect(await answerTo(id)).toMatchObject({ ok: false, code: "unavailable" });
    expect(said).toEqual(["good"]);
  });

  test("what it hears goes up with the claim; what it does not hold does not go up, and is counted", async () => {
    await lease();
    hear("#duck");
    hear("#goose");
    await vi.waitFor(() => expect(frames()).toHaveLength(1));
    expect(frames()[0]).toMatchObject({ claim: duck });
    expect(gateway.health().dropped).toEqual({ unheld: 1, tooLong: 0 });
  });

  test("a frame is at most 64 KiB, and a batch of large ones is sent in parts", async () => {
    await lease();
    hear("#duck", "x".repeat(maxRawLength + 1));
    for (let index = 0; index < 8; index++) hear("#duck", "y".repeat(maxRawLength));
    await vi.waitFor(() => expect(frames()).toHaveLength(8));
    expect(Math.max(...edge.batches.map((batch) => batch.frames.length))).toBeLessThan(4);
    expect(gateway.health().dropped).toEqual({ unheld: 0, tooLong: 1 });
  });

  test("what it was told to leave it names as left at once, and a lease that runs out leaves everything", async () => {
    await lease();
    await lease({ version: 2, claims: [] }, []);
    await vi.waitFor(() => expect(edge.renewals.at(-1)).toMatchObject({ version: 2 }));
    await lease({ version: 3, ms: 150 });
    expect(assigned.at(-1)).toEqual(irc);
    await vi.waitFor(() => expect(assigned.at(-1)).toEqual([]));
    hear("#duck");
    send("late", duck);
    expect(await answerTo("late")).toMatchObject({ ok: false, code: "unavailable" });
    expect([said, gateway.health().dropped.unheld]).toEqual([[], 1]);
  });

  test("it renews as often as it is told", async () => {
    await lease({ renewMs: 30 });
    const before = edge.renewals.length;
    await vi.waitFor(() => expect(edge.renewals.length).toBeGreaterThan(before));
    expect(edge.renewals.at(-1)).toMatchObject({ version: 1 });
  });
});
