import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openLogFile } from "#gateway/log-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waddlebot-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("LOG the gateway's file", () => {
  test("holds every line in order, for its owner's eyes only", async () => {
    const file = openLogFile(join(folder, "gateway.log"));
    for (let number = 0; number < 100; number++) file.write(`line ${number}`);
    await file.close();
    const text = readFileSync(join(folder, "gateway.log"), "utf8");
    expect(text).toBe(Array.from({ length: 100 }, (_, number) => `line ${number}\n`).join(""));
    expect(statSync(join(folder, "gateway.log")).mode & 0o777).toBe(0o600);
  });

  test("a full file is numbered away, five are kept, and no line is lost while fewer are full", async () => {
    const file = openLogFile(join(folder, "gateway.log"), { size: "1K" });
    const line = (number: number) => `${String(number).padStart(4, "0")} ${"x".repeat(95)}`;
    // Some four files of ten lines and more.
    for (let number = 0; number < 45; number++) file.write(line(number));
    await file.close();
    const read = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const numbers = read()
      .flatMap((text) => text.trim().split("\n"))
      .map((one) => Number(one.slice(0, 4)));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 45 }, (_, number) => number));
    expect(readdirSync(folder).length).toBeGreaterThan(2);
    const more = openLogFile(join(folder, "gateway.log"), { size: "1K" });
    for (let number = 45; number < 500; number++) more.write(line(number));
    await more.close();
    expect(readdirSync(folder).length).toBeLessThanOrEqual(6);
    expect(read().join("")).toContain(line(499));
  });

  test("a place that cannot be written to is told once, and nothing throws", async () => {
    writeFileSync(join(folder, "file"), "");
    const onProblem = vi.fn();
    const file = openLogFile(join(folder, "file", "gateway.log"), { onProblem });
    for (let number = 0; number < 3; number++) file.write("lost");
    await vi.waitFor(() => expect(onProblem).toHaveBeenCalledTimes(1));
    file.write("lost too");
    await file.close();
    expect(onProblem).toHaveBeenCalledTimes(1);
  });
});
