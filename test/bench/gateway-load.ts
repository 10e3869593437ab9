import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeEntityId } from "#contracts/ids";
import { parseIrcLine } from "#lib/irc-message";
import { startGround, startHouse } from "#test/bench/bench-house";
import { profileWorkers } from "#test/bench/cpu-profile";
import { cpuSeconds } from "#test/bench/cpu-time";
import { percentile } from "#test/bench/statistics";
import { eventually } from "#test/e2e/stack";
import { type IrcViewer, joinAsViewer } from "#test/fakes/irc-viewer";
import { type Ngircd, startNgircd } from "#test/fakes/ngircd";
import { type GatewayProcess, startGatewayProcess } from "#test/faults/gateway-process";
import { startGatewayTap } from "#test/faults/gateway-tap";
import { findFreePort } from "#tools/free-port";
import { inProject } from "#tools/paths";
import { explain } from "#tools/plain-error";
import { killChildren, makeShutdown, type Shutdown } from "#tools/start/shutdown";

const help = `node test/bench/gateway-load.ts [--seconds=60] [--storage=FOLDER] [--profile]
--storage puts what Durable Objects keep elsewhere (/dev/shm: without the time this machine's disk takes to sync). --profile records
where the Workers spend their time, which itself takes some.
100 IRC channels, 10 messages a second each, through a real IRC server and the gateway's own process into the whole
house. Forward time is from the moment a line is said until the edge has acknowledged that it is stored.
The promise (L9) is for --seconds=600: p99 at most 200 ms, backlog bounded, heap flat.`;

const channels = Array.from({ length: 100 }, (_, index) => `#load${index}`);
const perChannelPerSecond = 10;
const speakerCount = 10;
const host = "127.0.0.1";
const warmUpSeconds = 5;

interface Sample {
  second: number;
  p50Ms: number;
  p99Ms: number;
  lines: number;
  spooled: number;
  heapBytes: number;
  residentBytes: number;
}

async function main(args: readonly string[], shutdown: Shutdown): Promise<number> {
  if (args.includes("--help")) {
    console.log(help);
    return 0;
  }
  const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const seconds = Number(option("seconds") ?? 60);
  const storage = option("storage");
  const persistTo = storage && mkdtempSync(join(storage, "gateway-load-"));
  if (persistTo) shutdown.add("storage", async () => rmSync(persistTo, { recursive: true, force: true }));
  const inspectorPort = args.includes("--profile") ? await findFreePort() : undefined;
  const server = await startNgircd();
  shutdown.add("ngircd", server.stop);
  const ground = await startGround(shutdown);
  const stack = await startHouse("gateway_load", ground, {
    shutdown,
    ...(persistTo && { persistTo }),
    ...(inspectorPort && { inspectorPort }),
    channels: channels.map((channel) => ({
      entityId: makeEntityId({ platform: "irc", server: host, channel }),
      channelName: channel,
      viewers: [],
    })),
  });
  let forwardMs: number[] = [];
  const tap = await startGatewayTap(stack.url, {
    onAcknowledged(frames) {
      const now = Date.now();
      for (const { raw } of frames) forwardMs.push(now - saidAt(raw));
    },
  });
  shutdown.add("tap", tap.close);
  const gateway = await startGatewayProcess({
    gatewayId: "main",
    gatewayKey: stack.secrets.gatewayKey,
    edgeUrl: tap.url,
    spoolPath: join(ground.folder, "spool.sqlite"),
    networks: [{ host, port: server.port, nick: "waddle" }],
  });
  shutdown.add("gateway", () => gateway.end("SIGTERM"));
  await eventually(gateway.health, (health) => health?.connections[0]?.joined === channels.length, 30_000);

  const load = startLines(await enter(server));
  shutdown.add("speakers", async () => load.stop());
  const samples: Sample[] = [];
  const busyBefore = [cpuSeconds(stack.workers.pid()), cpuSeconds(gateway.pid)] as const;
  const profiled = inspectorPort && profileWorkers(inspectorPort, seconds * 1000);
  for (let second = 1 - warmUpSeconds; second <= seconds; second++) {
    await sleep(1000);
    const values = forwardMs;
    forwardMs = [];
    if (second > 0) samples.push(await sampleOf(second, values, gateway));
    if (second > 0 && second % 10 === 0) console.log(describe(samples.slice(-10)));
    all.push(...(second > 0 ? values : []));
  }
  const [workers, own] = [
    cpuSeconds(stack.workers.pid()) - busyBefore[0],
    cpuSeconds(gateway.pid) - busyBefore[1],
  ];
  load.stop();
  if (profiled) console.log((await profiled).join("\n"));
  // What is left then is told by the numbers; a run that is too slow is to say so, not to break off.
  const drained = eventually(gateway.health, (state) => state?.spool.frames === 0, 20_000);
  const health = await drained.catch(gateway.health);
  return report({
    seconds,
    samples,
    lines: load.said(),
    dropped: health?.spool.dropped ?? Number.NaN,
    cpu: { workers, gateway: own },
  });
}

/** Forward times of the whole measured span. */
const all: number[] = [];

async function enter(server: Ngircd): Promise<IrcViewer[]> {
  return Promise.all(
    Array.from({ length: speakerCount }, async (_, index) => {
      const own = channels.filter((_channel, at) => at % speakerCount === index);
      const speaker = await joinAsViewer(server, `load${index}`, own[0] ?? "");
      speaker.raw(`JOIN ${own.slice(1).join(",")}`);
      return speaker;
    }),
  );
}

/** Open loop: line n leaves at n / rate, whoever listens, and says when. */
function startLines(speakers: readonly IrcViewer[]) {
  const rate = channels.length * perChannelPerSecond;
  const startedAt = performance.now();
  let said = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * rate) / 1000;
    for (; said < due; said++) {
      const at = said % channels.length;
      speakers[at % speakers.length]?.say(channels[at] ?? "", `line ${said} at ${Date.now()}`);
    }
  }, 5);
  return { said: () => said, stop: () => clearInterval(timer) };
}

function saidAt(raw: string): number {
  return Number(/ at (\d+)$/.exec(parseIrcLine(raw)?.params[1] ?? "")?.[1]);
}

async function sampleOf(second: number, values: number[], gateway: GatewayProcess): Promise<Sample> {
  const metrics = await gateway.metrics().catch(() => "");
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(metrics)?.[1]);
  return {
    second,
    p50Ms: percentile(values, 50),
    p99Ms: percentile(values, 99),
    lines: values.length,
    spooled: read("gateway_spool_frames"),
    heapBytes: read("nodejs_heap_size_used_bytes"),
    residentBytes: read("process_resident_memory_bytes"),
  };
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function describe(last: readonly Sample[]): string {
  const worst = Math.max(...last.map(({ p99Ms }) => p99Ms));
  const [rate, heap] = [mean(last.map(({ lines }) => lines)), mean(last.map(({ heapBytes }) => heapBytes))];
  const spooled = Math.max(...last.map((sample) => sample.spooled));
  return `  ${String(last.at(-1)?.second).padStart(4)} s  ${rate.toFixed(0)} lines/s, worst second's p99 ${worst} ms, backlog ≤ ${spooled}, heap ${megabytes(heap)} MB`;
}

interface Outcome {
  seconds: number;
  samples: Sample[];
  lines: number;
  dropped: number;
  /** CPU seconds, the warm-up included. */
  cpu: { workers: number; gateway: number };
}

function report({ seconds, samples, lines, dropped, cpu }: Outcome): number {
  const slice = Math.max(1, Math.floor(samples.length / 5));
  // The floor of the saw: what is left after a collection. The first fifth still grows into its working size.
  const heapOf = (part: Sample[]) => Math.min(...part.map(({ heapBytes }) => heapBytes));
  const [early, late] = [heapOf(samples.slice(slice, 2 * slice)), heapOf(samples.slice(-slice))];
  const result = {
    ...{ seconds, channels: channels.length, perChannelPerSecond, linesSaid: lines, dropped },
    linesForwarded: all.length,
    cpuSeconds: cpu,
    p50Ms: percentile(all, 50),
    p99Ms: percentile(all, 99),
    p999Ms: percentile(all, 99.9),
    largestBacklog: Math.max(...samples.map(({ spooled }) => spooled)),
    heapFloorEarlyMb: Number(megabytes(early)),
    heapFloorLateMb: Number(megabytes(late)),
    residentMb: Number(megabytes(samples.at(-1)?.residentBytes ?? Number.NaN)),
  };
  console.log(JSON.stringify(result, null, 2));
  mkdirSync(inProject("test-results"), { recursive: true });
  writeFileSync(inProject("test-results", "gateway-load.json"), JSON.stringify({ ...result, samples }));
  const isKept = result.p99Ms <= 200 && dropped === 0 && late < early * 1.25 + 5e6;
  console.log(isKept ? "L9 kept" : "L9 missed");
  return isKept ? 0 : 1;
}

const shutdown = makeShutdown();
try {
  process.exitCode = await main(process.argv.slice(2), shutdown);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
} finally {
  await shutdown.stop(8000);
  killChildren();
  process.exit();
}
