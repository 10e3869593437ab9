import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { gatewayHelp } from "#gateway/help";
import { startFakeEdge } from "#test/fakes/fake-edge";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const key = "0123456789abcdef";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gateway-main-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], { env: { ...process.env, ...env } });
  let output = "";
  const collect = (data: Buffer) => {
    output += String(data);
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { child, ended, output: () => output };
}

test("a missing variable is named and nothing starts", { timeout: 60_000 }, async () => {
  const gateway = run({
    GATEWAY_ID: "g",
    EDGE_URL: "http://127.0.0.1:1",
    SPOOL_PATH: join(folder, "s"),
    GATEWAY_KEY: "",
  });
  expect(await gateway.ended).toBe(1);
  expect(gateway.output()).toMatch(/GATEWAY_KEY/);
});

test("every variable that is read is in the help", () => {
  const readers = ["config.ts", "discord/config.ts"].map((file) =>
    readFileSync(join(root, "src", "gateway", file), "utf8"),
  );
  const names = readers.join("\n").match(/\b(?:GATEWAY|SPOOL|EDGE|IRC)_[A-Z]+\b/g) ?? [];
  expect(names.length).toBeGreaterThan(5);
  for (const name of new Set(names)) expect(gatewayHelp).toContain(name);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends it cleanly within 5 s",
  { timeout: 90_000 },
  async (signal) => {
    const edge = await startFakeEdge({ key });
    const gateway = run({
      GATEWAY_ID: "gateway-1",
      GATEWAY_KEY: key,
      EDGE_URL: edge.url,
      SPOOL_PATH: join(folder, "spool.sqlite"),
      GATEWAY_PORT: "0",
      GATEWAY_LOG_FILE: join(folder, "gateway.log"),
      // Nothing listens there: a network that is down must not hold up the end.
      IRC_NETWORKS: JSON.stringify([{ host: "127.0.0.1", port: 1, nick: "waddle" }]),
    });
    await vi.waitFor(() => expect(edge.handshakes).toBe(1), 10_000);
    const askedAt = Date.now();
    gateway.child.kill(signal);
    expect(await gateway.ended).toBe(0);
    expect(Date.now() - askedAt).toBeLessThan(5000);
    expect(gateway.output()).not.toContain(key);
    // What it said of itself is in its file too.
    const kept = readFileSync(join(folder, "gateway.log"), "utf8").trim().split("\n");
    expect(kept.length).toBeGreaterThan(0);
    for (const line of kept) expect(gateway.output()).toContain(line);
    await edge.stop();
  },
);
