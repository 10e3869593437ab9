import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePort } from "#tools/free-port";
import { isAlive, listProcesses } from "#tools/processes";
import { type RunningWorkers, startWorkers, type WorkerLog } from "#tools/workers-runtime";

const fixture = join(import.meta.dirname, "fixtures", "two-workers");
const configs = ["caller", "callee"].map((name) => join(fixture, name, "wrangler.toml"));
const logged: WorkerLog[] = [];
const seen: string[] = [];
let persistTo: string;
let workers: RunningWorkers;

const start = () =>
  startWorkers({
    configs,
    persistTo,
    vars: { "fixture-caller": { SECRET: "given" } },
    onLog: (line) => logged.push(line),
    onExit: () => seen.push("exit"),
    onRestart: () => seen.push("restart"),
  });

const get = async (path: string) => (await fetch(new URL(path, workers.url))).text();

beforeAll(async () => {
  persistTo = mkdtempSync(join(tmpdir(), "waddlebot-workers-"));
  workers = await start();
});
afterAll(async () => {
  await workers.dispose();
  rmSync(persistTo, { recursive: true });
});

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !isTrue(); tries++) await sleep(50);
  expect(isTrue()).toBe(true);
}

test("vars, RPC, Durable Objects of another Worker, text imports and assets come from the real files", async () => {
  expect(await get("/vars")).toBe('["hello","given"]');
  expect(await get("/rpc")).toBe("5");
  expect(await get("/next")).toBe("1");
  expect(await get("/page")).toBe("<p>a page</p>\n");
  expect(await get("/note.txt")).toBe("an asset\n");
});

test("each Worker answers on its own socket, and its log lines arrive", async () => {
  const response = await fetch(await workers.urlOf("fixture-callee"));
  expect(await response.text()).toBe("callee itself");
  await get("/log");
  await until(() => logged.some(({ message }) => message.includes("said by the Worker")));
});

test("kill -9 of workerd is noticed, it comes back on the same ports, and storage is as it was", async () => {
  const calleeUrl = await workers.urlOf("fixture-callee");
  const before = await get("/next");
  const killed = workers.pid() ?? 0;
  process.kill(killed, "SIGKILL");
  await until(() => seen.includes("exit") && seen.includes("restart"));
  expect(await get("/read")).toBe(before);
  expect(await (await fetch(calleeUrl)).text()).toBe("callee itself");
  expect(isAlive(workers.pid() ?? 0)).toBe(true);
  expect(workers.pid()).not.toBe(killed);
});

test("after dispose no workerd is left, and the next start finds the storage", async () => {
  const before = await get("/read");
  const last = workers.pid() ?? 0;
  await workers.dispose();
  expect(listProcesses().some(({ pid }) => pid === last)).toBe(false);
  workers = await start();
  expect(await get("/read")).toBe(before);
});

test("a taken port is one sentence", async () => {
  const port = Number(workers.url.port);
  await expect(startWorkers({ configs, port })).rejects.toThrow(`Port ${port} is taken by another program`);
  expect(await findFreePort(port)).not.toBe(port);
});

test("Miniflare's own signal handlers are gone: the order of a stop is ours", () => {
  const handlers = process.listeners("SIGINT").map((listener) => listener.toString());
  expect(handlers.filter((text) => text.includes("128 + 2"))).toEqual([]);
});
