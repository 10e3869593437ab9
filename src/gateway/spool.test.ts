import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GatewayFrame } from "#contracts/gateway";
import { makeSaid } from "#gateway/said";
import { makeSpool, openGatewayDatabase } from "#gateway/spool";

let folder: string;
const path = () => join(folder, "spool.sqlite");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spool-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function aFrame(id: string): GatewayFrame {
  return {
    platform: "irc",
    connection: "irc.example",
    id,
    receivedAt: 1,
    raw: `:a!b@c PRIVMSG #d :${id} 🦆`,
  };
}

describe("spool", () => {
  test("frames and the count of what was dropped survive reopening, in order", () => {
    const before = openGatewayDatabase(path());
    const spool = makeSpool(before, { limit: 3, now: () => 5001 });
    for (const id of ["a", "b", "c", "d", "e"]) spool.store(aFrame(id));
    expect(spool.backlog()).toEqual({ frames: 3, dropped: 2, oldestAgeMs: 5000 });
    before.close();

    const after = openGatewayDatabase(path());
    const reopened = makeSpool(after, { limit: 3, now: () => 6001 });
    expect(reopened.backlog()).toEqual({ frames: 3, dropped: 2, oldestAgeMs: 6000 });
    expect(reopened.next(0, 100).map(({ frame }) => frame)).toEqual(["c", "d", "e"].map(aFrame));
    after.close();
  });

  test("what was removed is gone, the rest stays, positions are never given twice", () => {
    const database = openGatewayDatabase(path());
    const spool = makeSpool(database);
    for (const id of ["a", "b", "c"]) spool.store(aFrame(id));
    const [first, second, third] = spool.next(0, 100);
    spool.remove(first?.position ?? 0, second?.position ?? 0);
    expect(spool.next(0, 100)).toEqual([third]);
    spool.remove(third?.position ?? 0, third?.position ?? 0);
    expect(spool.backlog()).toEqual({ frames: 0, dropped: 0, oldestAgeMs: 0 });
    spool.store(aFrame("d"));
    expect(spool.next(third?.position ?? 0, 100).map(({ frame }) => frame.id)).toEqual(["d"]);
    database.close();
  });

  test("P8 kill -9 loses no stored frame", async () => {
    const script = `
      import { makeSpool, openGatewayDatabase } from "#gateway/spool";
      const spool = makeSpool(openGatewayDatabase(process.argv[1]));
      for (let i = 0; ; i++) {
        spool.store({ platform: "irc", connection: "c", id: String(i), receivedAt: 1, raw: "x" });
        if (i % 100 === 99) await new Promise((resolve) => process.stdout.write(i + "\\n", resolve));
      }`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script, path()]);
    let told = "";
    await new Promise<void>((resolve, reject) => {
      child.stderr.on("data", (data) => reject(new Error(String(data))));
      child.stdout.on("data", (data) => {
        told += String(data);
        if (told.split("\n").length > 20) child.kill("SIGKILL");
      });
      child.on("exit", () => resolve());
    });
    const lastTold = Number(told.trim().split("\n").at(-1));
    const database = openGatewayDatabase(path());
    const ids = makeSpool(database)
      .next(0, 1_000_000)
      .map(({ frame }) => Number(frame.id));
    database.close();
    expect(lastTold).toBeGreaterThan(1000);
    expect(ids.length).toBeGreaterThan(lastTold);
    expect(ids).toEqual(ids.map((_, index) => index));
  });
});

test("what was said is remembered for a day, across a restart", () => {
  let now = 1_000_000;
  const before = openGatewayDatabase(path());
  const said = makeSaid(before, () => now);
  said.start("a");
  said.start("b");
  said.finish("b");
  before.close();
  const after = openGatewayDatabase(path());
  const reopened = makeSaid(after, () => now);
  expect(["a", "b", "c"].map((id) => reopened.state(id))).toEqual(["started", "said", "new"]);
  now += 24 * 3_600_000 + 1;
  reopened.start("c");
  expect(["a", "b", "c"].map((id) => reopened.state(id))).toEqual(["new", "new", "started"]);
  after.close();
});

test("a file that is no spool is named", () => {
  writeFileSync(path(), "x".repeat(4096));
  expect(() => openGatewayDatabase(path())).toThrow(/^SPOOL_PATH .* cannot be opened/);
  expect(() => openGatewayDatabase(join(folder, "nowhere", "x"))).toThrow(/^SPOOL_PATH/);
});
