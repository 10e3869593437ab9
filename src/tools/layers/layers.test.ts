import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addCounts, closingLine, readCounts } from "#tools/layers/counts";
import { chromium, findOrInstall, type Machine, ngircd, promtool } from "#tools/layers/find-program";

describe("counting", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "waddlebot-report-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("a test file that does not load counts as a failure", () => {
    const file = join(folder, "node.json");
    const testResults = [
      { status: "passed", assertionResults: [{}] },
      { status: "failed", assertionResults: [] },
    ];
    const counts = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0 };
    writeFileSync(file, JSON.stringify({ ...counts, testResults }));
    expect(readCounts(file)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  test("no report, or half of one, is no count", () => {
    expect(readCounts(join(folder, "missing.json"))).toBeUndefined();
    writeFileSync(join(folder, "half.json"), '{"numPassedTests":');
    expect(readCounts(join(folder, "half.json"))).toBeUndefined();
  });

  test("the closing line names what was skipped, and only then", () => {
    const sum = addCounts([
      { passed: 2, failed: 0, skipped: 0 },
      { passed: 3, failed: 1, skipped: 4 },
    ]);
    expect(closingLine(sum)).toBe("5 passed, 1 failed, 4 skipped");
    expect(closingLine({ passed: 5, failed: 0, skipped: 0 })).toBe("5 passed, 0 failed");
  });
});

describe("what a layer needs from the machine", () => {
  const aMachine = (there: string[], changes: Partial<Machine> = {}): Machine => ({
    env: { PATH: "/usr/bin" },
    isRoot: false,
    isExecutable: (path) => there.includes(path),
    install: () => false,
    unpack: () => undefined,
    say: () => undefined,
    ...changes,
  });

  test("the variable wins over the path", () => {
    const machine = aMachine(["/opt/chrome", "/usr/bin/chromium"], {
      env: { PATH: "/usr/bin", CHROMIUM_PATH: "/opt/chrome" },
    });
    expect(findOrInstall(chromium, machine)).toEqual({ path: "/opt/chrome" });
  });

  test("any of its names will do, also outside a normal user's path", () => {
    expect(findOrInstall(chromium, aMachine(["/usr/bin/google-chrome"]))).toEqual({
      path: "/usr/bin/google-chrome",
    });
    expect(findOrInstall(ngircd, aMachine(["/usr/sbin/ngircd"]))).toEqual({ path: "/usr/sbin/ngircd" });
  });

  test("root with apt installs it; everyone else is told exactly what to install", () => {
    const there = ["/usr/bin/apt-get"];
    const install = (name: string) => there.push(`/usr/bin/${name}`) > 0;
    expect(findOrInstall(chromium, aMachine(there))).toEqual({
      missing:
        "Chromium is not here: install it (sudo apt-get install chromium) or set CHROMIUM_PATH to its path",
    });
    expect(findOrInstall(chromium, aMachine(there, { isRoot: true, install }))).toEqual({
      path: "/usr/bin/chromium",
    });
  });

  test("of a package that would start a service only the program is unpacked, by anybody, once", () => {
    const there = ["/usr/bin/apt-get"];
    const unpacked: string[] = [];
    const install = () => {
      throw new Error("nothing may be installed");
    };
    const unpack = (name: string) => {
      unpacked.push(name);
      there.push("/cache/prometheus/usr/bin/promtool");
      return "/cache/prometheus";
    };
    const machine = aMachine(there, { isRoot: true, install, unpack });
    expect(findOrInstall(promtool, machine)).toEqual({ path: "/cache/prometheus/usr/bin/promtool" });
    expect(unpacked).toEqual(["prometheus"]);
    expect(findOrInstall(promtool, aMachine(["/usr/bin/apt-get"], { install }))).toMatchObject({
      missing: expect.stringContaining("PROMTOOL_PATH"),
    });
  });
});
