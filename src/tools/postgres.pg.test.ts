import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkDatabase } from "#tools/check-database";
import { type RunningPostgres, startPostgres } from "#tools/postgres";
import { isAlive, listProcesses } from "#tools/processes";

let dataDir: string;
let running: RunningPostgres | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "waddlebot-cluster-"));
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<RunningPostgres> {
  running = await startPostgres({ dataDir });
  return running;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("data survives a stop, and no process is left", async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  expect(listProcesses().filter(({ command }) => command.includes(dataDir))).toEqual([]);
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
});

test("after kill -9 the next start works and finds what was committed", async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  process.kill(first.pid, "SIGKILL");
  await first.exited;
  expect(existsSync(join(dataDir, "cluster", "postmaster.pid"))).toBe(true);
  const second = await start();
  expect(await query(second.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
});

test("a pid file that names some other living process does not stop the start", async () => {
  await (await start()).stop();
  writeFileSync(join(dataDir, "cluster", "postmaster.pid"), `${process.pid}\n${dataDir}/cluster\n0\n`);
  const again = await start();
  expect(await query(again.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});

test("only 127.0.0.1, only with the password, and the password only for the owner", async () => {
  const { url } = await start();
  expect(await query(url, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  expect(await query(url, "SHOW unix_socket_directories")).toEqual([{ unix_socket_directories: "" }]);
  const wrong = new URL(url);
  wrong.password = "guess";
  await expect(query(wrong.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
  await expect(checkDatabase(wrong.href)).rejects.toThrow(/refuses this user and password/);
  expect(statSync(join(dataDir, "connection.json")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, "postgres.log"), "utf8")).not.toContain(new URL(url).password);
});

test("a second start on the same folder is refused while the first runs", async () => {
  await start();
  await expect(startPostgres({ dataDir })).rejects.toThrow(/already in use by process \d+/);
});

test("a damaged folder is one sentence with what to do, and leaves nothing running", async () => {
  await (await start()).stop();
  truncateSync(join(dataDir, "cluster", "global", "pg_control"), 10);
  await expect(startPostgres({ dataDir })).rejects.toThrow(
    /is damaged \(.+\)\. Start over .*npm start -- --fresh$/,
  );
  rmSync(join(dataDir, "cluster", "PG_VERSION"));
  await expect(startPostgres({ dataDir })).rejects.toThrow(/PG_VERSION is missing/);
  expect(listProcesses().filter(({ command }) => command.includes(dataDir))).toEqual([]);
});

test("an interrupted first start is begun again", async () => {
  await (await start()).stop();
  renameSync(join(dataDir, "cluster"), join(dataDir, "cluster.new"));
  writeFileSync(join(dataDir, "cluster.new", "half"), "");
  rmSync(join(dataDir, "connection.json"));
  const again = await start();
  expect(await query(again.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});
