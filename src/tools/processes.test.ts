import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockFolder } from "#tools/folder-lock";
import { findFreePort, isPortFree } from "#tools/free-port";
import { commandOf, isAlive, listProcesses, parsePsLine, stopProcess } from "#tools/processes";
import { endRememberedProcess, rememberProcess } from "#tools/start/left-overs";

const stubborn =
  'process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1000); console.log("ready")';

async function startStubborn(): Promise<number> {
  const child = spawn(process.execPath, ["-e", stubborn], { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child.pid ?? 0;
}

test("a process that ignores the polite signal is ended by the next one", async () => {
  const pid = await startStubborn();
  expect(commandOf(pid)).toContain("SIGTERM");
  expect(listProcesses().find((row) => row.pid === pid)?.parent).toBe(process.pid);
  expect(await stopProcess(pid, ["SIGTERM"], 100)).toBe(false);
  expect(await stopProcess(pid, ["SIGTERM", "SIGKILL"], 1000)).toBe(true);
  expect(isAlive(pid)).toBe(false);
});

test("a line of ps is read whole", () => {
  expect(parsePsLine("  12     1 /bin/sh -c echo  hi")).toEqual([
    { pid: 12, parent: 1, command: "/bin/sh -c echo  hi" },
  ]);
  expect(parsePsLine("")).toEqual([]);
});

test("a remembered process is ended only while it still is the same program", async () => {
  const folder = mkdtempSync(join(tmpdir(), "waddlebot-memory-"));
  const file = join(folder, "workerd.json");
  const pid = await startStubborn();
  writeFileSync(file, JSON.stringify({ pid, command: "another program" }));
  await endRememberedProcess(file);
  expect(isAlive(pid)).toBe(true);
  rememberProcess(file, pid);
  await endRememberedProcess(file);
  expect(isAlive(pid)).toBe(false);
  rmSync(folder, { recursive: true });
});

test("a folder is claimed once; the claim of a process that is gone is taken over", () => {
  const folder = mkdtempSync(join(tmpdir(), "waddlebot-lock-"));
  const release = lockFolder(folder, "The folder");
  expect(() => lockFolder(folder, "The folder")).toThrow(
    `The folder is already in use by process ${process.pid}`,
  );
  release();
  writeFileSync(
    join(folder, "owner.json"),
    JSON.stringify({ pid: process.pid + 1_000_000, command: "gone" }),
  );
  lockFolder(folder, "The folder")();
  rmSync(folder, { recursive: true });
});

test("a taken port is not free, and another is found", async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  expect(await isPortFree(port)).toBe(false);
  expect(await findFreePort(port)).not.toBe(port);
  server.close();
});
