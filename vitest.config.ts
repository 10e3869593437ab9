import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./src/tools/layers/longest-first.ts";

// The suffix names the world: .test (Node), .pg.test (real Postgres), .workerd.test (inside workerd),
// .e2e.test (all Workers with their real configuration, and a browser).
const everywhere = ["src/**", "test/**", "hub/src/**"];
const exclude = ["**/node_modules/**", "**/dist/**"];
const suffixed = ["**/*.pg.test.ts", "**/*.workerd.test.ts", "**/*.e2e.test.ts"];
const files = (suffix: string) => everywhere.map((folder) => `${folder}/*.${suffix}`);

/**
 * Two cores are the least we count on, and vitest would leave one of them idle. Fresh modules for every file would double
 * the time: what modules share are caches and counters, which no test relies on being empty.
 */
const shared = { isolate: false, maxWorkers: 2 };

const node = {
  test: {
    ...shared,
    name: "node",
    // Nothing here takes a second; on a machine that does much else it may.
    testTimeout: 20_000,
    include: [...files("test.ts"), ...files("test.tsx")],
    exclude: [...exclude, ...suffixed],
  },
};

const pg = {
  test: {
    ...shared,
    name: "pg",
    include: files("pg.test.ts"),
    exclude,
    globalSetup: "src/tools/pg-setup.ts",
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
};

const workerd = {
  plugins: [cloudflareTest({ wrangler: { configPath: "./test/workerd.wrangler.toml" } })],
  // Objects of every file live in the same workerd: each takes names or numbers of its own.
  test: { ...shared, name: "workerd", include: files("workerd.test.ts"), exclude, testTimeout: 20_000 },
};

/** These measure time or memory, or do something within a time: nothing else may run beside them. */
const alone = [
  "test/faults/bystander.e2e.test.ts",
  "test/faults/canaries.e2e.test.ts",
  "test/faults/gateway-kills.e2e.test.ts",
  "test/faults/kill-loop.e2e.test.ts",
  "test/faults/sidecars.e2e.test.ts",
  "test/e2e/bad-input.e2e.test.ts",
  "test/e2e/shield.e2e.test.ts",
  "src/tools/workers-runtime.e2e.test.ts",
];

const stacks = {
  // Two houses fit on two cores: while one starts, the other is mostly waiting. And Wrangler, Miniflare and Playwright take
  // seconds to load: once in a process, not once in a file.
  ...shared,
  globalSetup: ["src/tools/pg-setup.ts", "src/tools/house-setup.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

const e2e = {
  test: {
    name: "e2e",
    include: files("e2e.test.ts"),
    exclude: [...exclude, ...alone],
    ...stacks,
    sequence: { groupOrder: 1 },
  },
};

const e2eAlone = {
  test: {
    name: "e2e-alone",
    include: alone,
    exclude,
    ...stacks,
    fileParallelism: false,
    sequence: { groupOrder: 2 },
  },
};

export default defineConfig({
  test: { projects: [node, pg, workerd, e2e, e2eAlone], sequence: { sequencer: LongestFirst } },
});
