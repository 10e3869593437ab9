import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { lockFolder } from "#tools/folder-lock";
import { findFreePort } from "#tools/free-port";
import { PlainError } from "#tools/plain-error";
import { choosePostgresAccount, type PostgresAccount } from "#tools/postgres-account";
import {
  clusterUser,
  damaged,
  ensureCluster,
  lastLine,
  postgresEnvironment,
  readConnection,
  saveConnection,
} from "#tools/postgres-cluster";
import { findPostgresPrograms } from "#tools/postgres-programs";
import { commandOf, isAlive, stopProcess } from "#tools/processes";

export interface RunningPostgres {
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server has ended, however it came. */
  exited: Promise<void>;
  /** Ends every connection and stops; data stays. Takes at most 5 s. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Belongs to this function alone. */
  dataDir: string;
  port?: number;
  /** False trades safety against a power cut for speed: for tests only. */
  isDurable?: boolean;
}

const startLimitMs = 60_000;

/**
 * Starts the bundled PostgreSQL on 127.0.0.1 only, with a password of its own, and makes the folder first if need be.
 * A server that a killed run left behind is stopped first. Failures are sentences (PlainError).
 */
export async function startPostgres({ dataDir, port, isDurable }: PostgresOptions): Promise<RunningPostgres> {
  const programs = await findPostgresPrograms();
  const release = lockFolder(dataDir, `The database folder ${dataDir}`);
  try {
    const connection = readConnection(dataDir);
    const account = choosePostgresAccount(join(dataDir, "cluster"), programs.postgres);
    const cluster = await ensureCluster(dataDir, programs, account, connection.password);
    await stopLeftOver(cluster);
    const chosenPort = await findFreePort(port ?? connection.port);
    const server = launch(programs.postgres, { dataDir, cluster, port: chosenPort, account, isDurable });
    await waitUntilReady(server, cluster, dataDir);
    saveConnection(dataDir, { ...connection, port: chosenPort });
    const url = `postgres://${clusterUser}:${connection.password}@127.0.0.1:${chosenPort}/${clusterUser}`;
    await ensureDatabase(url);
    return describe(server, url, chosenPort, release);
  } catch (error) {
    release();
    throw error;
  }
}

interface Launch {
  dataDir: string;
  cluster: string;
  port: number;
  account: PostgresAccount;
  isDurable: boolean | undefined;
}

interface Server {
  child: ChildProcess;
  exited: Promise<void>;
}

function launch(program: string, { dataDir, cluster, port, account, isDurable = true }: Launch): Server {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    log_destination: "stderr",
    logging_collector: "off",
    fsync: isDurable ? "on" : "off",
    synchronous_commit: isDurable ? "on" : "off",
    full_page_writes: isDurable ? "on" : "off",
    // Test files that open 64 connections each run side by side.
    ...(isDurable ? {} : { max_connections: "300" }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [command = program, ...args] = [
    ...account.prefix,
    program,
    "-D",
    cluster,
    "-p",
    String(port),
    ...flags,
  ];
  const log = openSync(join(dataDir, "postgres.log"), "w", 0o600);
  const child = spawn(command, args, {
    stdio: ["ignore", log, log],
    env: postgresEnvironment(),
    ...(account.uid === undefined ? {} : { uid: account.uid }),
    ...(account.gid === undefined ? {} : { gid: account.gid }),
  });
  closeSync(log);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  return { child, exited };
}

/** The server writes its state into the eighth line of postmaster.pid. */
async function waitUntilReady({ child, exited }: Server, cluster: string, dataDir: string): Promise<void> {
  let hasExited = false;
  void exited.then(() => {
    hasExited = true;
  });
  const end = performance.now() + startLimitMs;
  while (performance.now() < end) {
    if (hasExited) throw damaged(dataDir, lastLine(readFileSync(join(dataDir, "postgres.log"), "utf8")));
    const [pid, , , , , , , state] = readPostmasterFile(cluster);
    // A standby says so, and answers questions all the same.
    if (Number(pid) === child.pid && /^(ready|standby)$/.test(state?.trim() ?? "")) return;
    await sleep(25);
  }
  child.kill("SIGKILL");
  throw new PlainError(`PostgreSQL was not ready after 60 s; its log is ${join(dataDir, "postgres.log")}`);
}

function readPostmasterFile(cluster: string): string[] {
  const file = join(cluster, "postmaster.pid");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
}

/** Ends a server that a killed run left behind in this folder; for whoever is about to remove the folder. */
export async function stopLeftOverPostgres(dataDir: string): Promise<void> {
  await stopLeftOver(join(dataDir, "cluster"));
}

/** After `kill -9` of its owner the server lives on, or its pid file names a process that is something else now. */
async function stopLeftOver(cluster: string): Promise<void> {
  const pid = Number(readPostmasterFile(cluster)[0]);
  if (!(pid > 0)) return;
  if (isAlive(pid) && commandOf(pid)?.includes(cluster)) {
    const isGone = await stopProcess(pid, ["SIGINT", "SIGQUIT", "SIGKILL"], 5000);
    if (!isGone)
      throw new PlainError(`An earlier PostgreSQL (process ${pid}) does not end: kill it and start again.`);
  }
  rmSync(join(cluster, "postmaster.pid"), { force: true });
}

async function ensureDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = "/postgres";
  const client = new pg.Client({ connectionString: maintenance.href });
  // A lost connection also rejects the query; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const found = await client.query("SELECT FROM pg_database WHERE datname = $1", [clusterUser]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${clusterUser}`);
  } finally {
    await client.end();
  }
}

function describe(
  { child, exited }: Server,
  url: string,
  port: number,
  release: () => void,
): RunningPostgres {
  const pid = child.pid ?? 0;
  void exited.then(release);
  const stop = async () => {
    // Fast shutdown, then immediate: the write-ahead log brings everything acknowledged back.
    await stopProcess(pid, ["SIGINT", "SIGQUIT", "SIGKILL"], 1500);
    await exited;
  };
  return { url, port, pid, exited, stop };
}
