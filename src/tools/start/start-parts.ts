import { join } from "node:path";
import { productVersion } from "#contracts/version";
import { readGatewayConfig } from "#gateway/config";
import { startGateway } from "#gateway/gateway";
import { makeLog } from "#lib/log";
import { demoIds, stageChannels } from "#simulators/demo";
import { startSimulators } from "#simulators/server";
import { findFreePort } from "#tools/free-port";
import { setUp } from "#tools/setup";
import { askWhy } from "#tools/start/ask-why";
import { awaitHealth } from "#tools/start/await-health";
import { readIrcChannels } from "#tools/start/irc-channels";
import { endRememberedProcess, rememberProcess } from "#tools/start/left-overs";
import type { LocalSecrets } from "#tools/start/local-secrets";
import { type LocalAddresses, makeLocalVars } from "#tools/start/local-vars";
import { startMinuteClock } from "#tools/start/minute-clock";
import type { Progress } from "#tools/start/progress";
import type { Shutdown } from "#tools/start/shutdown";
import type { LocalDatabase } from "#tools/start/start-database";
import { workerConfigs, workerName } from "#tools/worker-configs";
import { type RunningWorkers, startWorkers, type WorkerLog } from "#tools/workers-runtime";
import { startCron } from "#workers/edge/scheduled/start-cron";

export interface LocalRun {
  port: number;
  dataFolder: string;
  database: LocalDatabase;
  secrets: LocalSecrets;
  shutdown: Shutdown;
  progress: Progress;
  onLog: (line: WorkerLog) => void;
}

/** The demo community, its channels and overlays. Again changes nothing. */
export async function seedDemo({ database, secrets }: Pick<LocalRun, "database" | "secrets">): Promise<void> {
  const broadcasterUserId = demoIds.twitchBroadcasterId;
  await setUp({
    databaseUrl: database.url,
    channels: [...stageChannels, ...readIrcChannels(process.env["IRC_CHANNELS"])],
    overlayTokens: secrets.overlayTokens,
    twitchSubscriptions: [
      { type: "channel.chat.message", version: "1", broadcasterUserId },
      { type: "channel.follow", version: "2", broadcasterUserId },
    ],
  });
}

/** Every Worker in one workerd; a killed workerd comes back by itself, and says so. */
export async function startLocalWorkers(
  run: LocalRun,
  simulatorsUrl: string,
  mail: Pick<LocalAddresses, "mailPort" | "mailServer">,
): Promise<RunningWorkers> {
  const { database, shutdown, progress } = run;
  const configs = workerConfigs();
  const names = configs.map(workerName);
  const publicUrl = `http://127.0.0.1:${run.port}`;
  const addresses = {
    databaseUrl: database.url,
    databaseHttpEndpoint: database.endpoint,
    simulatorsUrl,
    publicUrl,
    ...mail,
  };
  const memory = join(run.dataFolder, "workerd.json");
  await endRememberedProcess(memory);
  const workers = await startWorkers({
    configs,
    vars: makeLocalVars(run.secrets, addresses, names),
    port: run.port,
    persistTo: join(run.dataFolder, "workers"),
    onLog: run.onLog,
    onExit: () => {
      if (!shutdown.isStopping()) progress.say("The Workers' process ended unexpectedly; starting it again.");
    },
    onRestart: () => {
      rememberProcess(memory, workers.pid());
      if (!shutdown.isStopping()) progress.say("The Workers are back.");
    },
  });
  shutdown.add("Workers", () => workers.dispose());
  rememberProcess(memory, workers.pid());
  return workers;
}

/** Cron triggers, on this machine: every job once, so that a fresh start shows its receivers, then minute by minute. */
export function startLocalClock({ shutdown, onLog }: LocalRun, workers: RunningWorkers): void {
  const clock = startMinuteClock(
    (at, isFirst) => workers.runScheduled("waddlebot-edge", at, isFirst ? startCron : undefined),
    // workerd is being started again, or stopped: the next minute tries again.
    (error) => onLog({ level: "warn", message: `the clock: ${String(error)}` }),
  );
  shutdown.add("clock", async () => clock.stop());
}

/** Whether every Worker answers, each on its own socket. */
export async function awaitWorkers({ shutdown }: LocalRun, workers: RunningWorkers): Promise<void> {
  const names = workerConfigs().map(workerName);
  const ask = async (name: string) =>
    awaitHealth(`The Worker ${name}`, await workers.urlOf(name), shutdown.isStopping);
  await Promise.all(names.map(ask));
}

/** The platforms, played. They sign and send like the real ones, and their messages come back to them. */
export async function startLocalSimulators(
  run: LocalRun,
  { port, mailPort, slackSockets }: { port: number; mailPort: number; slackSockets: boolean },
  workers: RunningWorkers,
): Promise<void> {
  const apiUrl = await workers.urlOf("waddlebot-api");
  const simulators = await startSimulators({
    port,
    mailPort,
    edgeUrl: workers.url.origin,
    secrets: run.secrets.simulators,
    slack: { socketMode: slackSockets },
    overlayUrl: overlayPath(run.secrets),
    why: (eventId, entityId) => askWhy(apiUrl, run.secrets.serviceApiKey, { eventId, entityId }),
  });
  run.shutdown.add("simulators", simulators.close);
  await awaitHealth("The simulators", new URL(simulators.url), run.shutdown.isStopping);
}

/** The demo community's ticker, as its address after the hub's. */
export function overlayPath({ overlayTokens }: LocalSecrets): string {
  return `/overlay/${overlayTokens.ticker}/ticker`;
}

/** The gateway, with what `makeGatewayVariables` made for it. */
export async function startLocalGateway(
  run: LocalRun,
  variables: Readonly<Record<string, string | undefined>>,
  workers: RunningWorkers,
): Promise<void> {
  const config = readGatewayConfig({
    ...variables,
    EDGE_URL: workers.url.origin,
    SPOOL_PATH: join(run.dataFolder, "gateway.sqlite"),
    GATEWAY_PORT: String(await findFreePort()),
  });
  const write = (line: string) => run.onLog({ level: "info", message: line });
  const gateway = await startGateway(config, {
    log: makeLog({ module: "gateway", version: productVersion, write }),
  });
  run.shutdown.add("gateway", gateway.close);
  await awaitHealth("The gateway", new URL(`http://127.0.0.1:${gateway.port}`), run.shutdown.isStopping);
}
