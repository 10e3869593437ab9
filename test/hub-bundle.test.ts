import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inProject } from "#tools/paths";
import { pageHeaders } from "#workers/local/page-headers";

const mostBytes = 200 * 1024;

// The build asks for React's fast half, and other test files share this process.
const environment = process.env.NODE_ENV;

let dist: string;
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), "waddlebot-bundle-"));
  await build({
    configFile: inProject("hub", "vite.config.ts"),
    logLevel: "error",
    build: { outDir: dist, emptyOutDir: true, manifest: true },
  });
  process.env.NODE_ENV = environment;
}, 180_000);
afterAll(() => rm(dist, { recursive: true, force: true }));

interface Chunk {
  file: string;
  imports?: string[];
}

const read = (file: string) => readFileSync(join(dist, file), "utf8");
const chunks = (): Record<string, Chunk> => JSON.parse(read(".vite/manifest.json"));

/** A chunk and everything it needs before it can run. */
function withImports(names: readonly string[]): string[] {
  const all = chunks();
  const files = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string) => {
    const chunk = all[name];
    if (!chunk || seen.has(name)) return;
    seen.add(name);
    files.add(chunk.file);
    for (const needed of chunk.imports ?? []) visit(needed);
  };
  for (const name of names) visit(name);
  return [...files].filter((file) => file.endsWith(".js"));
}

const gzipped = (files: readonly string[]) =>
  files.reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).byteLength, 0);

describe("the built hub", () => {
  const firstPages = ["home", "sign-in", "overview"];

  test.each(firstPages)("a first visit to %s loads at most 200 KB of gzipped script", (feature) => {
    const files = withImports(["index.html", "src/texts/de.ts", `src/features/${feature}/page.tsx`]);
    const size = gzipped(files);
    console.log(
      `first load of ${feature}: ${(size / 1024).toFixed(1)} KB gzipped script in ${files.length} files`,
    );
    expect(files.length).toBeGreaterThan(2);
    expect(size).toBeLessThanOrEqual(mostBytes);
  });

  test("threat 22 no secret, no source map and no name of a secret is in what visitors get", () => {
    const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
    const secret =
      /wb_[a-z]+_[A-Za-z0-9]+_[A-Za-z0-9]{20}|xox[bpes]-|oauth:[a-z0-9]{20}|eyJ[\w-]{10,}\.[\w-]{10,}\.|\b[0-9a-f]{64}\b|-----BEGIN|(?:SERVICE_API|TOKEN_ENCRYPTION|GATEWAY|BROKER_API)_KEY|(?:JWT|SESSION|CLIENT)_SECRET|DATABASE_URL/;
    const told = files
      .filter((file) => /\.(js|css|html|json|webmanifest)$/.test(file))
      .flatMap((file) => secret.exec(read(file))?.[0].slice(0, 12) ?? []);
    expect(told).toEqual([]);
  });

  test("the page holds no inline script or style, which its policy would refuse", () => {
    const page = read("index.html");
    expect(page).not.toMatch(/<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=/i);
    expect(page).toContain('rel="manifest"');
  });

  test("HRD-3 Pages sends the same headers as the local house, with the policy and HSTS of the specification", () => {
    const [all = ""] = read("_headers").split("\n\n");
    const lines = all.split("\n").slice(1);
    const sent = Object.fromEntries(lines.map((line) => line.trim().split(/: (.*)/)));
    const lowered = Object.fromEntries(
      Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]),
    );
    expect(lowered).toEqual(pageHeaders);
    const policy = pageHeaders["content-security-policy"];
    for (const rule of [
      "default-src 'self'",
      "object-src 'none'",
      "frame-ancestors 'none'",
      "script-src 'self'",
      "connect-src 'self' ws: wss:",
    ])
      expect(policy.split("; ")).toContain(rule);
    expect(policy).not.toMatch(/unsafe/);
    expect(pageHeaders["strict-transport-security"]).toBe("max-age=31536000; includeSubDomains; preload");
  });

  test("the service worker keeps built files only, never an answer of the API", () => {
    const worker = read("service-worker.js");
    expect([...worker.matchAll(/cache\.(?:put|add)/g)]).toHaveLength(2);
    expect(worker).toContain('path.startsWith("/assets/")');
    expect(worker).not.toMatch(/\/api/);
    expect(JSON.parse(read("manifest.webmanifest"))).toMatchObject({ start_url: "/", display: "standalone" });
  });
});
