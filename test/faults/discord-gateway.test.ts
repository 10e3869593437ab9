import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { makeRandom, type Random } from "#simulators/random";
import { type DiscordHouse, openDiscordHouse, type RunningSidecar } from "#test/faults/discord-sidecar";
import { recordFigures } from "#test/faults/record";

const seed = Number(process.env["WADDLEBOT_SEED"] ?? 20_260_501);
/** Fifty are the promise (T8); a few show that nothing is broken. */
const kills = Number(process.env["DISCORD_KILLS"] ?? 5);
const everyMs = 10;
const people = ["pia", "mo", "ada", "bob", "zoe"] as const;

/** A hundred events a second: lines, and now and then somebody comes into voice or leaves it. */
function startLoad({ simulators }: DiscordHouse, random: Random) {
  const said: string[] = [];
  const inVoice = new Set<string>();
  const changes: string[] = [];
  const { discordGateway: gateway } = simulators;
  const timer = setInterval(() => {
    const viewer = people[random.int(people.length)] ?? "bob";
    if (!random.chance(0.2)) {
      said.push(gateway.say({ viewer, text: `line ${said.length}` }).eventId);
      return;
    }
    const isLeaving = inVoice.delete(viewer);
    if (!isLeaving) inVoice.add(viewer);
    changes.push(isLeaving ? "voice_leave" : "voice_join");
    gateway.talk({ viewer, voiceChannelId: isLeaving ? null : "720000000000000005" });
  }, everyMs);
  return { said, changes, stop: () => clearInterval(timer) };
}

const isHeard = async ({ simulators }: DiscordHouse, resumesBefore: number) =>
  vi.waitFor(() => expect(simulators.discordGateway.resumes.length).toBeGreaterThan(resumesBefore), 20_000);

async function killAgainAndAgain(house: DiscordHouse, random: Random, first: RunningSidecar): Promise<void> {
  let sidecar = first;
  for (let kill = 0; kill < kills; kill++) {
    await sleep(100 + random.int(400));
    const known = house.simulators.discordGateway.resumes.length;
    await sidecar.kill();
    sidecar = house.startSidecar();
    await isHeard(house, known);
  }
}

describe("P8 the gateway process is killed", () => {
  test(
    `T8 ${kills} times under load: nothing lost, nothing twice, one identify in all`,
    async () => {
      await using house = await openDiscordHouse({}, seed);
      const gateway = house.simulators.discordGateway;
      const random = makeRandom(seed).fork("kills");
      const first = house.startSidecar();
      await vi.waitFor(() => expect(gateway.sessions()).toHaveLength(1), 20_000);
      const load = startLoad(house, random.fork("load"));
      await killAgainAndAgain(house, random, first).finally(load.stop);

      await vi.waitFor(() => {
        const ids = new Set(house.events().map(({ id }) => id));
        expect(load.said.filter((id) => !ids.has(id))).toEqual([]);
      }, 20_000);
      const voice = () =>
        house.events().filter(({ type }) => type === "voice_join" || type === "voice_leave");
      await vi.waitFor(() => expect(voice().map(({ type }) => type)).toEqual(load.changes), 30_000);
      expect(house.events().filter(({ type }) => type === "chatMessage")).toHaveLength(load.said.length);
      expect(gateway.ledger.granted).toHaveLength(1);
      expect(gateway.resumes.length).toBeGreaterThanOrEqual(kills);
      recordFigures("discord", {
        kills,
        lost: load.said.length - house.events().filter(({ type }) => type === "chatMessage").length,
        identifies: gateway.ledger.granted.length,
      });
      console.log(
        `${kills} kills, seed ${seed}: ${load.said.length} lines and ${load.changes.length} voice changes, none lost, ` +
          `${house.repeats()} came again and were known, ${gateway.ledger.granted.length} identify, ${gateway.resumes.length} resumes`,
      );
    },
    90_000 + kills * 5000,
  );

  test("T8 a session Discord ended meanwhile costs one identify, and the gap is in the metrics", async () => {
    await using house = await openDiscordHouse({ identifyBucketMs: 1 }, seed);
    const gateway = house.simulators.discordGateway;
    const first = house.startSidecar();
    await vi.waitFor(() => expect(gateway.sessions()).toHaveLength(1), 20_000);
    // A line that came through: by then it has written down which session is its own.
    const { eventId } = gateway.say({ viewer: "bob", text: "before" });
    await vi.waitFor(() => expect(house.events().at(-1)?.id).toBe(eventId), 20_000);
    await first.kill();
    for (const { id } of gateway.sessions()) gateway.endSession(id);
    const port = 20_000 + (process.pid % 20_000);
    house.startSidecar({ GATEWAY_PORT: String(port) });
    await vi.waitFor(() => expect(gateway.ledger.granted).toHaveLength(2), 20_000);
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await vi.waitFor(
      async () => expect(await metrics()).toContain('gateway_discord_gaps_total{connection="0"} 1'),
      10_000,
    );
    expect(await metrics()).toContain('gateway_discord_sessions_lost_total{connection="0"} 1');
    await sleep(1000);
    expect(gateway.ledger.granted).toHaveLength(2);
  }, 60_000);

  test("T8 acknowledgements that never come: Discord is asked again from there, the spool sends again, each line counts once", async () => {
    await using house = await openDiscordHouse({}, seed);
    const gateway = house.simulators.discordGateway;
    const first = house.startSidecar();
    await vi.waitFor(() => expect(gateway.sessions()).toHaveLength(1), 20_000);
    house.edge.acknowledges = false;
    const said = Array.from(
      { length: 50 },
      (_, index) => gateway.say({ viewer: "bob", text: `${index}` }).eventId,
    );
    await vi.waitFor(() => expect(house.events()).toHaveLength(50), 30_000);
    await first.kill();
    house.edge.acknowledges = true;
    house.startSidecar();
    await vi.waitFor(() => expect(gateway.resumes[0]?.replayed).toBeGreaterThanOrEqual(50), 20_000);
    const { eventId } = gateway.say({ viewer: "bob", text: "after" });
    await vi.waitFor(() => expect(house.events().at(-1)?.id).toBe(eventId), 20_000);
    expect(house.events().map(({ id }) => id)).toEqual([...said, eventId]);
    // Once from the spool again, and not a third time from Discord.
    expect(house.repeats()).toBe(50);
    expect(gateway.ledger.granted).toHaveLength(1);
  }, 60_000);

  test("P8 SIGTERM leaves so that the session can be resumed", async () => {
    await using house = await openDiscordHouse({}, seed);
    const gateway = house.simulators.discordGateway;
    const { child, output } = house.startSidecar();
    await vi.waitFor(() => expect(gateway.sessions()).toHaveLength(1), 20_000);
    const before = gateway.say({ viewer: "bob", text: "before" });
    await vi.waitFor(() => expect(house.events().at(-1)?.id).toBe(before.eventId), 20_000);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(gateway.closedByBot).toEqual([4200]);
    const { eventId } = gateway.say({ viewer: "bob", text: "meanwhile" });
    house.startSidecar();
    await vi.waitFor(() => expect(house.events().map(({ id }) => id)).toContain(eventId), 20_000);
    expect(gateway.ledger.granted).toHaveLength(1);
    expect(output()).not.toContain(house.simulators.secrets.discord.botToken);
  }, 60_000);
});
