import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parseIrcLine } from "#lib/irc-message";
import { type CutLine, startCutLine } from "#test/fakes/cut-line";
import { type IrcViewer, joinAsViewer } from "#test/fakes/irc-viewer";
import { findNgircd, type Ngircd, startNgircd } from "#test/fakes/ngircd";
import { type DiscordHouse, openDiscordHouse } from "#test/faults/discord-sidecar";

/** T8 asks for cuts of 10 to 300 s; the long form makes real ones, the short one shows that nothing is broken. */
const cuts = (process.env["CUT_SECONDS"] ?? "1").split(",").map(Number);
/** Discord keeps a session for "a few minutes", the simulated one for three. */
const sessionSeconds = 170;
const longCuts = cuts.filter((seconds) => seconds > sessionSeconds);
const everyMs = 20;
const waitMs = 60_000;
const host = "127.0.0.1";

/** Those with a beginning: a first session has none, and is a gap only to an edge that knew another before. */
const gaps = ({ edge }: DiscordHouse, platform: string) =>
  edge.batches.flatMap(({ frames }) =>
    frames.flatMap((frame) => (frame.gap?.from != null && frame.platform === platform ? [frame.gap] : [])),
  );

/** Says something every 20 ms until it is stopped. */
function talk<T>(say: (n: number) => T) {
  const said: { what: T; at: number }[] = [];
  const timer = setInterval(() => said.push({ what: say(said.length), at: Date.now() }), everyMs);
  return { said, stop: () => clearInterval(timer) };
}

describe("T8 the line to Discord is cut", () => {
  test.each(cuts.filter((seconds) => seconds <= sessionSeconds))(
    "T8 for %d s: nothing is lost and nothing comes twice, in one session",
    { timeout: 180_000 + 1000 * Math.max(...cuts) },
    async (seconds) => {
      await using house = await openDiscordHouse({ heartbeatMs: 1000 });
      const gateway = house.simulators.discordGateway;
      house.startSidecar();
      await vi.waitFor(() => expect(gateway.sessions()).toHaveLength(1), waitMs);
      const load = talk((n) => gateway.say({ viewer: "bob", text: `line ${n}` }).eventId);
      await sleep(500);
      gateway.isUnreachable = true;
      gateway.cut();
      await sleep(seconds * 1000);
      gateway.isUnreachable = false;
      await vi.waitFor(() => expect(gateway.resumes.length).toBeGreaterThan(0), waitMs);
      load.stop();
      await vi.waitFor(() => expect(house.events()).toHaveLength(load.said.length), waitMs);
      expect(house.events().map(({ id }) => id)).toEqual(load.said.map(({ what }) => what));
      expect(gateway.ledger.granted).toHaveLength(1);
      expect(gaps(house, "discord")).toEqual([]);
    },
  );

  /** Discord forgets the session by itself when the time is up; for a short cut it is told to. */
  test.each([1, ...longCuts])(
    "T8 longer than a session lasts, for %d s: what was said meanwhile is lost, and within the gap that the edge is told",
    {
      timeout: 180_000 + 1000 * Math.max(...cuts),
    },
    async (seconds) => {
      await using house = await openDiscordHouse({ heartbeatMs: 300, identifyBucketMs: 1 });
      const gateway = house.simulators.discordGateway;
      house.startSidecar();
      await vi.waitFor(() => expect(gateway.sessions()).toHaveLength(1), waitMs);
      const load = talk((n) => gateway.say({ viewer: "bob", text: `line ${n}` }).eventId);
      await vi.waitFor(() => expect(house.events().length).toBeGreaterThan(20), waitMs);
      gateway.isUnreachable = true;
      gateway.cut();
      if (seconds <= sessionSeconds) for (const { id } of gateway.sessions()) gateway.endSession(id);
      await sleep(seconds * 1000);
      gateway.isUnreachable = false;
      await vi.waitFor(() => expect(gaps(house, "discord")).toHaveLength(1), 2 * waitMs);
      await sleep(500);
      load.stop();
      const last = load.said.at(-1)?.what;
      await vi.waitFor(() => expect(house.events().at(-1)?.id).toBe(last), waitMs);
      const heard = new Set(house.events().map(({ id }) => id));
      const lost = load.said.filter(({ what }) => !heard.has(what));
      const [gap] = gaps(house, "discord");
      expect(lost.length).toBeGreaterThan(20);
      for (const { at } of lost) {
        expect(at).toBeGreaterThanOrEqual(gap?.from ?? Number.NaN);
        expect(at).toBeLessThanOrEqual(gap?.to ?? Number.NaN);
      }
    },
  );
});

describe.skipIf(!findNgircd())("T8 the lines of a gateway on IRC are cut", () => {
  let server: Ngircd;
  let bob: IrcViewer;
  beforeAll(async () => {
    server = await startNgircd();
    bob = await joinAsViewer(server, "bob", "#duck");
  }, waitMs);
  afterAll(async () => {
    bob?.quit();
    await server?.stop();
  });

  const textsOf = ({ edge }: DiscordHouse) => [
    ...new Map(
      edge.batches.flatMap(({ frames }) =>
        frames.flatMap(({ id, raw, gap }) =>
          gap ? [] : [[id, parseIrcLine(raw)?.params[1] ?? ""] as const],
        ),
      ),
    ).values(),
  ];

  /** ngircd lets nobody say more than so much; a line in 100 ms is below it. */
  async function openIrc(lines: { network: CutLine; edge?: CutLine }, house: DiscordHouse) {
    bob.lines.length = 0;
    const assign = () =>
      house.edge.send({ type: "assignment", irc: [{ connection: host, channels: ["#duck"] }] });
    const sidecar = house.startSidecar({
      DISCORD_GATEWAY: "0",
      IRC_NETWORKS: JSON.stringify([{ host, port: lines.network.port, nick: "waddle" }]),
      ...(lines.edge && { EDGE_URL: `http://127.0.0.1:${lines.edge.port}` }),
    });
    await vi.waitFor(() => expect(house.edge.handshakes, sidecar.output()).toBe(1), waitMs);
    assign();
    await vi.waitFor(
      () => expect(bob.lines.some((line) => /:waddle\S* JOIN :?#duck/.test(line))).toBe(true),
      waitMs,
    );
    return { assign, sidecar };
  }

  test.each(cuts)(
    "T8 to the network, silently for %d s: the connection holds and every line comes",
    { timeout: 180_000 + 1000 * Math.max(...cuts) },
    async (seconds) => {
      await using house = await openDiscordHouse();
      const network = await startCutLine({ host, port: server.port });
      await openIrc({ network }, house);
      // Beyond 40 s without a sign of life either end gives the connection up; that is the next test's.
      network.cut("silent");
      const said = Array.from({ length: 5 }, (_, n) => `line ${n} of ${seconds}`);
      for (const text of said) bob.say("#duck", text);
      await sleep(Math.min(seconds, 35) * 1000);
      network.mend();
      await vi.waitFor(() => expect(textsOf(house)).toEqual(said), waitMs);
      expect(gaps(house, "irc")).toEqual([]);
      await network.close();
    },
  );

  test.each(cuts)(
    "T8 to the network, torn for %d s: what was said meanwhile is lost, and within the gap that the edge is told",
    { timeout: 240_000 + 1000 * Math.max(...cuts) },
    async (seconds) => {
      await using house = await openDiscordHouse();
      const network = await startCutLine({ host, port: server.port });
      await openIrc({ network }, house);
      bob.say("#duck", "before");
      await vi.waitFor(() => expect(textsOf(house)).toEqual(["before"]), waitMs);
      network.cut("torn");
      await vi.waitFor(
        () => expect(bob.lines.some((line) => /:waddle\S* QUIT/.test(line))).toBe(true),
        waitMs,
      );
      bob.lines.length = 0;
      const lostAt = Date.now();
      bob.say("#duck", "meanwhile");
      await sleep(seconds * 1000);
      network.mend();
      await vi.waitFor(() => expect(gaps(house, "irc")).toHaveLength(1), 120_000);
      bob.say("#duck", "after");
      await vi.waitFor(() => expect(textsOf(house)).toEqual(["before", "after"]), waitMs);
      const [gap] = gaps(house, "irc");
      expect(gap?.from).toBeLessThanOrEqual(lostAt);
      expect(gap?.to).toBeGreaterThanOrEqual(lostAt + seconds * 1000);
      bob.lines.length = 0;
      await network.close();
    },
  );

  test.each(cuts)(
    "T8 to the edge, torn for %d s: the gateway keeps what it hears, and all of it arrives once",
    { timeout: 180_000 + 1000 * Math.max(...cuts) },
    async (seconds) => {
      await using house = await openDiscordHouse();
      const network = await startCutLine({ host, port: server.port });
      const edge = await startCutLine({ host, port: Number(new URL(house.edge.url).port) });
      await openIrc({ network, edge }, house);
      edge.cut("torn");
      const said = Array.from({ length: 5 }, (_, n) => `kept ${n} of ${seconds}`);
      for (const text of said) bob.say("#duck", text);
      await sleep(seconds * 1000);
      edge.mend();
      await vi.waitFor(() => expect(textsOf(house)).toEqual(said), waitMs);
      expect(gaps(house, "irc")).toEqual([]);
      bob.lines.length = 0;
      await Promise.all([network.close(), edge.close()]);
    },
  );
});
