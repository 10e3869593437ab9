import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ensureInstalled,
  explainNpm,
  findNpm,
  fingerprint,
  isInstalled,
  isInstalledByHand,
  lacksOnlyOtherSystems,
  ownNode,
} from "./install.mjs";

let root: string;

const lock = (version: string) => ({
  packages: {
    "": { version: "1.0.0" },
    "node_modules/leaf": { version },
    "node_modules/tool": {
      version: "2.0.0",
      optionalDependencies: { "tool-linux": "2.0.0", "tool-mac": "2.0.0" },
    },
    "node_modules/tool-linux": { version: "2.0.0", optional: true },
    "node_modules/tool-mac": { version: "2.0.0", optional: true },
  },
});

function write(path: string, content: unknown): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "waddlebot-install-"));
  write("package-lock.json", lock("1.0.0"));
});
afterEach(() => rmSync(root, { recursive: true }));

function writeInstalled(version: string): void {
  const { "node_modules/tool-mac": _otherSystem, ...here } = lock(version).packages;
  write("node_modules/.package-lock.json", { packages: here });
  writeFileSync(makeParent(ownNode(root)), "");
}

function makeParent(file: string): string {
  mkdirSync(join(file, ".."), { recursive: true });
  return file;
}

describe("whether packages are installed", () => {
  test("the stamp counts for this lock file only, and only with our own Node", () => {
    write("node_modules/.waddlebot-install", fingerprint(root));
    expect(isInstalled(root)).toBe(false);
    writeFileSync(makeParent(ownNode(root)), "");
    expect(isInstalled(root)).toBe(true);
    write("package-lock.json", lock("1.0.1"));
    expect(isInstalled(root)).toBe(false);
  });

  test("a person's own npm install counts when it brought what the lock file names", () => {
    writeInstalled("1.0.0");
    expect(isInstalledByHand(root)).toBe(true);
    writeInstalled("0.9.0");
    expect(isInstalledByHand(root)).toBe(false);
  });
});

describe("installing", () => {
  const lines: string[] = [];
  const quiet = { write: (text: string) => lines.push(text), isTerminal: false };

  test("runs npm ci once, says so, and leaves the stamp", async () => {
    write(
      "npm.mjs",
      `
      import { mkdirSync, writeFileSync } from "node:fs";
      mkdirSync("node_modules/node/bin", { recursive: true });
      writeFileSync(${JSON.stringify(ownNode(root))}, process.argv.slice(2).join(" "));
    `,
    );
    const npm = { command: process.execPath, args: [join(root, "npm.mjs")] };
    expect(await ensureInstalled(root, { npm, ...quiet })).toBe(true);
    expect(await ensureInstalled(root, { npm, ...quiet })).toBe(false);
    expect(lines.join("")).toMatch(/^Installing packages \(npm ci\) …\nPackages installed in \d+ s\.\n$/);
  });

  test("a failing npm leaves no stamp and quotes npm's own words", async () => {
    write("npm.mjs", `console.error("npm error code ENOTFOUND\\nnpm error no such host"); process.exit(1);`);
    const npm = { command: process.execPath, args: [join(root, "npm.mjs")] };
    const failing = ensureInstalled(root, { npm, ...quiet });
    await expect(failing).rejects.toThrow(/registry cannot be reached.*\nnpm error code ENOTFOUND/);
    expect(isInstalled(root)).toBe(false);
  });

  test("without npm the sentence says what to install", async () => {
    const npm = { command: join(root, "no-npm"), args: [] };
    await expect(ensureInstalled(root, { npm, ...quiet })).rejects.toThrow(
      "npm is not there: install Node 18",
    );
  });

  test("the npm that started us is used again", () => {
    expect(findNpm({ npm_execpath: "/opt/npm/bin/npm-cli.js" }).args).toEqual(["/opt/npm/bin/npm-cli.js"]);
    expect(findNpm({}).command).toMatch(/^npm/);
    expect(findNpm({ npm_execpath: "/opt/yarn.js" }).command).toMatch(/^npm/);
  });
});

describe("what npm complains about", () => {
  test("packages of other systems missing from the lock file are no reason to stop; anything else is", () => {
    const missing = (name: string) => `npm error Missing: ${name}@ from lock file\n`;
    expect(lacksOnlyOtherSystems(root, missing("tool-mac"))).toBe(true);
    expect(lacksOnlyOtherSystems(root, missing("tool-mac") + missing("leaf"))).toBe(false);
    expect(
      lacksOnlyOtherSystems(root, `${missing("tool-mac")}npm error Invalid: lock file's leaf@1.0.0\n`),
    ).toBe(false);
    expect(lacksOnlyOtherSystems(root, "npm error code ENOSPC")).toBe(false);
  });

  test("a full disk, a missing right and a stale lock file each say what to do", () => {
    expect(explainNpm("npm error code ENOSPC")).toContain("disk is full");
    expect(explainNpm("npm error code EACCES")).toContain("give the folder to this user");
    expect(explainNpm("npm error anything")).toContain("npm says why");
  });
});
