import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { PlainError } from "#tools/plain-error";
import type { PostgresAccount } from "#tools/postgres-account";
import type { PostgresPrograms } from "#tools/postgres-programs";

/** PostgreSQL's own user and first database. */
export const clusterUser = "waddlebot";

const connection = z.object({ password: z.string().min(20), port: z.int().positive().optional() });
export type ClusterConnection = z.infer<typeof connection>;

/** The sentence for every kind of damage: only a fresh start helps. */
export function damaged(dataDir: string, why: string): PlainError {
  return new PlainError(
    `The database folder ${dataDir} is damaged (${why}). Start over with an empty database: npm start -- --fresh`,
  );
}

/** The password and the last port; written once, readable by the owner only. */
export function readConnection(dataDir: string): ClusterConnection {
  const file = join(dataDir, "connection.json");
  if (!existsSync(file)) {
    if (existsSync(join(dataDir, "cluster"))) throw damaged(dataDir, "its password file is missing");
    saveConnection(dataDir, { password: randomBytes(24).toString("hex") });
  }
  try {
    return connection.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw damaged(dataDir, "its password file is unreadable");
  }
}

/** Through a second file, so that a crash leaves the old one. */
export function saveConnection(dataDir: string, content: ClusterConnection): void {
  mkdirSync(dataDir, { recursive: true });
  const next = join(dataDir, "connection.json.new");
  writeFileSync(next, JSON.stringify(content), { mode: 0o600 });
  renameSync(next, join(dataDir, "connection.json"));
}

/**
 * Makes the cluster unless it is there. It is built beside its place and moved when it is whole,
 * so an interrupted first start leaves nothing that looks like a database.
 */
export async function ensureCluster(
  dataDir: string,
  { initdb }: PostgresPrograms,
  account: PostgresAccount,
  password: string,
): Promise<string> {
  const cluster = join(dataDir, "cluster");
  if (existsSync(cluster)) {
    takeOver(dataDir, cluster, account);
    checkCluster(dataDir, cluster);
    return cluster;
  }
  const building = join(dataDir, "cluster.new");
  const passwordFile = join(dataDir, "password.new");
  rmSync(building, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(building, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  account.own(building);
  account.own(passwordFile);
  const common = [`--pgdata=${building}`, `--pwfile=${passwordFile}`, `--username=${clusterUser}`];
  const options = [...common, "--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions", "--no-sync"];
  try {
    // Not every system knows C.UTF-8; without it letters outside ASCII sort by code and keep their case.
    const first = await run(initdb, [...options, "--locale=C.UTF-8"], account);
    if (first.code !== 0) {
      rmSync(building, { recursive: true, force: true });
      mkdirSync(building, { mode: 0o700 });
      account.own(building);
      const second = await run(initdb, [...options, "--locale=C"], account);
      if (second.code !== 0)
        throw new PlainError(`PostgreSQL could not make its folder: ${lastLine(second.stderr)}`);
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(building, cluster);
  return cluster;
}

/** The last line of a program's log that says something. */
export function lastLine(log: string): string {
  const lines = log.trim().split("\n");
  const fatal = lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? lines.at(-1) ?? "";
  return fatal.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, "").trim() || "no reason given";
}

/** PostgreSQL wants to own its folder: root hands over what was copied or given to root, others cannot. */
function takeOver(dataDir: string, cluster: string, account: PostgresAccount): void {
  const me = process.getuid?.();
  const owner = statSync(cluster).uid;
  if (me === undefined || owner === me || me === 0) {
    if (me === 0 && owner === 0) ownAll(cluster, account);
    return;
  }
  throw new PlainError(
    `The database folder ${dataDir} belongs to another user (number ${owner}): start as that user, or remove the folder.`,
  );
}

function ownAll(folder: string, account: PostgresAccount): void {
  account.own(folder);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    account.own(join(entry.parentPath, entry.name));
  }
}

function checkCluster(dataDir: string, cluster: string): void {
  const versionFile = join(cluster, "PG_VERSION");
  if (!statSync(cluster).isDirectory() || !existsSync(versionFile)) {
    throw damaged(dataDir, "PG_VERSION is missing");
  }
}

function run(
  program: string,
  args: string[],
  { prefix, uid, gid }: PostgresAccount,
): Promise<{ code: number | null; stderr: string }> {
  const [command = program, ...rest] = [...prefix, program, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      stdio: ["ignore", "ignore", "pipe"],
      env: postgresEnvironment(),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stderr }));
  });
}

/** English messages and UTC whatever the machine prefers; nothing else of our environment. */
export function postgresEnvironment(): Record<string, string> {
  const path = process.env["PATH"] ?? "/usr/bin:/bin";
  const system = process.env["SystemRoot"];
  return { PATH: path, LC_ALL: "C", TZ: "UTC", ...(system ? { SystemRoot: system } : {}) };
}
