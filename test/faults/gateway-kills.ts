import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { gatewayFrame } from "#contracts/gateway";
import { makeEntityId } from "#contracts/ids";
import { parseIrcLine } from "#lib/irc-message";
import { makeRandom } from "#simulators/random";
import { eventually } from "#test/e2e/stack";
import { type IrcViewer, joinAsViewer } from "#test/fakes/irc-viewer";
import { type Ngircd, startNgircd } from "#test/fakes/ngircd";
import { type ChannelFacts, inspectChannel } from "#test/faults/channel-facts";
import { type FaultStack, startFaultStack } from "#test/faults/fault-stack";
import { type GatewayProcess, startGatewayProcess } from "#test/faults/gateway-process";
import { type GatewayTap, startGatewayTap } from "#test/faults/gateway-tap";

export interface GatewayKillOptions {
  kills: number;
  seed: number;
}

/** Sizes, then the differences: every list must be empty. */
export interface GatewayFindings {
  sizes: {
    kills: number;
    said: number;
    /** Frames that came up at least once, and how often one came again. */
    forwarded: number;
    repeats: number;
    acknowledged: number;
    /** In the spool when the process was killed, over all kills. */
    spooledAtKill: number;
    stored: number;
    commandsStored: number;
    repliesHeard: number;
    outbox: Record<string, number>;
  };
  /** Acknowledged by the edge, kept on the gateway's disk or only sent up, and not in a channel. */
  lost: string[];
  /** One line that was taken in as two events. */
  doubled: string[];
  /** More than one reply to one command was heard. */
  repeatedReplies: string[];
  /** A stored command whose reply was neither heard nor given up with a reason. */
  unanswered: string[];
  /** Stored without ever having been sent up, or not handled at the end. */
  ghosts: string[];
  unfinished: string[];
}

const rooms = Array.from({ length: 5 }, (_, index) => `#room${index}`);
const speakerCount = 20;
/** Lines a second over all; a fifth are commands, which keeps each person below 60 commands a minute. */
const perSecond = 50;
const networkName = "127.0.0.1";
const entityOf = (channel: string) => makeEntityId({ platform: "irc", server: networkName, channel });
export const killRooms = rooms.map((channel) => ({
  entityId: entityOf(channel),
  channelName: channel,
  viewers: [],
}));

/** A gateway under load, killed again and again on the same spool; then all books are compared. */
export async function runGatewayKills({ kills, seed }: GatewayKillOptions): Promise<GatewayFindings> {
  const folder = mkdtempSync(join(tmpdir(), "waddlebot-kills-"));
  const spoolPath = join(folder, "spool.sqlite");
  const server = await startNgircd();
  const stack = await startFaultStack({ edge: "edge-delayed.workerd.ts", channels: killRooms });
  const tap = await startGatewayTap(stack.url);
  const random = makeRandom(seed).fork("gateway kills");
  const spooled = new Set<string>();
  const start = () =>
    startGatewayProcess({
      gatewayId: "main",
      gatewayKey: stack.secrets.gatewayKey,
      edgeUrl: tap.url,
      spoolPath,
      networks: [
        { host: networkName, port: server.port, nick: "waddle", burstLines: 1000, linesPerSecond: 1000 },
      ],
    });
  let gateway = await start();
  const speakers = await Promise.all(
    Array.from({ length: speakerCount }, (_, index) => enter(server, `speaker${index}`)),
  );
  const listener = await enter(server, "listener");
  const load = startLines(speakers);
  try {
    for (let kill = 0; kill < kills; kill++) {
      await untilServing(gateway);
      await sleep(random.int(1500));
      await gateway.end("SIGKILL");
      for (const id of idsInSpool(spoolPath)) spooled.add(id);
      gateway = await start();
    }
    await untilServing(gateway);
    load.stop();
    // The last lines are still on their way to it.
    await sleep(1000);
    await eventually(gateway.health, (health) => health?.spool.frames === 0, 30_000);
    const collect = () => compare({ stack, tap, spooled, listener, load, kills });
    const isQuiet = ({ unfinished, unanswered }: GatewayFindings) =>
      unfinished.length + unanswered.length === 0;
    return await eventually(collect, isQuiet, 60_000).catch(collect);
  } finally {
    load.stop();
    for (const person of [...speakers, listener]) person.quit();
    await gateway.end("SIGTERM");
    await tap.close();
    await stack.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Joined everywhere, and something went all the way up since it was started. */
async function untilServing(gateway: GatewayProcess): Promise<void> {
  await eventually(
    gateway.health,
    (health) =>
      health?.connections[0]?.joined === rooms.length && health.link.acknowledgedFrames > perSecond / 2,
    60_000,
  );
}

/** In all rooms. */
async function enter(server: Ngircd, nick: string): Promise<IrcViewer> {
  const person = await joinAsViewer(server, nick, rooms[0] ?? "");
  person.raw(`JOIN ${rooms.slice(1).join(",")}`);
  return person;
}

/** Open loop: line n leaves at n / perSecond, whoever listens. Each holds a word of its own. */
function startLines(speakers: readonly IrcViewer[]) {
  let said = 0;
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * perSecond) / 1000;
    for (; said < due; said++) {
      const text = said % 5 === 0 ? `!help n${said}n` : `hello n${said}n`;
      // Commands are every fifth line; dividing first gives every person and every room its share of them.
      const turn = Math.floor(said / 5) + said;
      speakers[turn % speakers.length]?.say(rooms[turn % rooms.length] ?? "", text);
    }
  }, 5);
  return { said: () => said, stop: () => clearInterval(timer) };
}

/** What a process that is gone left on its disk. */
function idsInSpool(path: string): string[] {
  const database = new DatabaseSync(path);
  try {
    return database
      .prepare("SELECT frame FROM frames")
      .all()
      .map((row) => gatewayFrame.parse(JSON.parse(String(row["frame"]))))
      .filter(({ gap }) => !gap)
      .map(({ id }) => id);
  } finally {
    database.close();
  }
}

interface Books {
  stack: FaultStack;
  tap: GatewayTap;
  spooled: ReadonlySet<string>;
  listener: IrcViewer;
  load: { said(): number };
  kills: number;
}

const wordOf = (text: string) => /\bn\d+n\b/.exec(text)?.[0] ?? "";

async function compare({ stack, tap, spooled, listener, load, kills }: Books): Promise<GatewayFindings> {
  const channels: ChannelFacts[] = await Promise.all(
    killRooms.map(({ entityId }) => inspectChannel(stack.edgeUrl, entityId)),
  );
  const eventOf = (frameId: string) => `irc:${networkName}:${frameId}`;
  const stored = new Set(channels.flatMap(({ seen }) => seen.map(({ id }) => id)));
  // That nobody listened for a while is told by the gateway itself, and stands in no channel.
  const frames = [...tap.sent.values()].filter(({ gap }) => !gap);
  const rows = channels.flatMap(({ outbox }) => outbox);
  const replies = listener.lines
    .map(parseIrcLine)
    .filter((line) => line?.command === "PRIVMSG" && line.source?.nick.startsWith("waddle"))
    .map((line) => wordOf(line?.params[1] ?? ""));
  const heard = Map.groupBy(replies, (word) => word);
  const commands = frames.filter(({ id, raw }) => stored.has(eventOf(id)) && / :!help n/.test(raw));
  const isSettled = (id: string, word: string) => {
    const [row] = rows.filter(({ eventId, kind }) => eventId === eventOf(id) && kind === "chat");
    if (row?.state === "sent") return heard.get(word)?.length === 1;
    return row?.state === "unknown" || (row?.state === "failed" && Boolean(row.note));
  };
  const byWord = Map.groupBy(frames, ({ raw }) => wordOf(raw));
  return {
    sizes: {
      kills,
      said: load.said(),
      forwarded: frames.length,
      repeats: tap.repeats,
      acknowledged: tap.acknowledged.size,
      spooledAtKill: spooled.size,
      stored: stored.size,
      commandsStored: commands.length,
      repliesHeard: replies.length,
      outbox: countBy(rows.map(({ state, note }) => (state === "sent" ? state : `${state}, ${note}`))),
    },
    lost: [...new Set([...tap.acknowledged, ...frames.map(({ id }) => id), ...spooled])].filter(
      (id) => !stored.has(eventOf(id)),
    ),
    doubled: [...byWord].filter(([, all]) => new Set(all.map(({ id }) => id)).size > 1).map(([word]) => word),
    repeatedReplies: [...heard].filter(([, times]) => times.length > 1).map(([word]) => word),
    unanswered: commands.filter(({ id, raw }) => !isSettled(id, wordOf(raw))).map(({ id }) => id),
    ghosts: [...stored].filter((id) => !tap.sent.has(id.slice(eventOf("").length))),
    unfinished: [
      ...channels.flatMap(({ waiting }) => waiting),
      ...rows.filter(({ state }) => state === "new" || state === "sending").map(({ key }) => key),
    ],
  };
}

function countBy(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]),
  );
}
