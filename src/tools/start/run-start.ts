import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "#tools/folder-lock";
import { findFreePort, isPortFree } from "#tools/free-port";
import { applyMigrations } from "#tools/migrate";
import { localDataFolder } from "#tools/paths";
import { stopLeftOverPostgres } from "#tools/postgres";
import { buildHub } from "#tools/start/build-hub";
import { makeGatewayVariables, wantedSockets } from "#tools/start/gateway-variables";
import { endRememberedProcess } from "#tools/start/left-overs";
import { readLocalSecrets } from "#tools/start/local-secrets";
import type { Progress } from "#tools/start/progress";
import type { Shutdown } from "#tools/start/shutdown";
import type { StartArguments } from "#tools/start/start-arguments";
import { startDatabase } from "#tools/start/start-database";
import {
  awaitWorkers,
  overlayPath,
  seedDemo,
  startLocalClock,
  startLocalGateway,
  startLocalSimulators,
  startLocalWorkers,
} from "#tools/start/start-parts";
import { openWorkerLog } from "#tools/start/worker-log";
import { portTaken } from "#tools/workers-runtime";

export interface StartContext {
  shutdown: Shutdown;
  progress: Progress;
  env: Readonly<Record<string, string | undefined>>;
  /** Default: `.data` in the project. */
  dataFolder?: string;
}

/** Brings everything up, in order, and returns the block to print. Whatever started is in `shutdown`. */
export async function runStart(
  { port, isFresh, isVerbose }: StartArguments,
  { shutdown, progress, env, dataFolder = localDataFolder }: StartContext,
): Promise<string> {
  const release = lockFolder(dataFolder, `The data folder ${dataFolder}`);
  shutdown.add("data folder", async () => release());
  await endRememberedProcess(join(dataFolder, "workerd.json"));
  if (!(await isPortFree(port))) throw portTaken(port);
  if (isFresh) await wipe(dataFolder, progress);

  const secrets = readLocalSecrets(join(dataFolder, "secrets.json"));
  const given = env["DATABASE_URL"] || undefined;
  const database = await startDatabase({ given, dataFolder, shutdown, progress });
  await progress.step("Applying migrations", () => applyMigrations({ databaseUrl: database.url }));
  await progress.step("Preparing the demo community", () => seedDemo({ database, secrets }));
  await progress.step("Building the hub", buildHub);

  const writeLog = openWorkerLog(join(dataFolder, "logs"));
  const onLog: typeof writeLog = (line) => {
    writeLog(line);
    if (isVerbose) progress.say(line.message);
  };
  const run = { port, dataFolder, database, secrets, shutdown, progress, onLog };
  const simulatorsPort = await findFreePort();
  const simulatorsUrl = `http://127.0.0.1:${simulatorsPort}`;
  const mailPort = await findFreePort();
  const mailServer = readMailServer(env);
  const workers = await progress.step("Starting the Workers", () =>
    startLocalWorkers(run, simulatorsUrl, { mailPort, ...(mailServer ? { mailServer } : {}) }),
  );
  await progress.step("Waiting for every Worker", () => awaitWorkers(run, workers));
  startLocalClock(run, workers);
  const simulated = { port: simulatorsPort, mailPort, slackSockets: wantedSockets(env).slack };
  await progress.step("Starting the simulators", () => startLocalSimulators(run, simulated, workers));
  const gateway = makeGatewayVariables(env, { secrets, simulatorsUrl });
  if (gateway) await progress.step("Starting the gateway", () => startLocalGateway(run, gateway, workers));
  const mailbox = mailServer ? undefined : `${simulatorsUrl}/mail`;
  return describeRun(workers.url.origin, overlayPath(secrets), mailbox);
}

/** The one block a user reads. */
export function describeRun(origin: string, overlay: string, mailbox: string | undefined): string {
  return `
WaddleBot is running.

  Hub         ${origin}/
  Rehearsal   ${origin}/rehearsal
  Overlay     ${origin}${overlay}${mailbox === undefined ? "" : `\n  Mailbox     ${mailbox}`}

  Stop with Ctrl-C. Your data stays in .data; npm start -- --fresh begins anew.
`;
}

/** The operator's own mail server; undefined where there is none, and the mailbox beside the simulators catches what is mailed. */
function readMailServer(env: StartContext["env"]): Record<string, string> | undefined {
  if (!env["SMTP_HOST"]) return undefined;
  const names = ["SMTP_HOST", "SMTP_PORT", "SMTP_SECURITY", "SMTP_USERNAME", "SMTP_PASSWORD", "SMTP_FROM"];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** Everything but the claims of processes that are just running. */
async function wipe(dataFolder: string, progress: Progress): Promise<void> {
  progress.say(`Throwing away the local data in ${dataFolder} (--fresh).`);
  await stopLeftOverPostgres(join(dataFolder, "postgres"));
  if (!existsSync(dataFolder)) return;
  for (const name of readdirSync(dataFolder)) {
    if (name === "owner.json" || name === "install.lock") continue;
    rmSync(join(dataFolder, name), { recursive: true, force: true });
  }
}
