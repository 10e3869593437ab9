import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// The suffix names the world: .test (Node), .pg.test (real Postgres), .workerd.test (inside workerd),
// .e2e.test (all Workers with their real configuration, and a browser).
const everywhere = ["src/**", "test/**", "hub/src/**"];
const exclude = ["**/node_modules/**", "**/dist/**"];
const suffixed = ["**/*.pg.test.ts", "**/*.workerd.test.ts", "**/*.e2e.test.ts"];
const files = (suffix: string) => everywhere.map((folder) => `${folder}/*.${suffix}`);

const node = {
  test: {
    name: "node",
    // Fresh modules for every test file would double the time. What modules share are caches, which no test relies on being empty.
    isolate: false,
    // Nothing here takes a second; on a machine that does much else it may.
    testTimeout: 20_000,
    include: [...files("test.ts"), ...files("test.tsx")],
    exclude: [...exclude, ...suffixed],
  },
};

const pg = {
  test: {
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
  test: { name: "workerd", include: files("workerd.test.ts"), exclude, testTimeout: 20_000 },
};

/** These measure time or memory, or kill and count within a time: nothing else may run beside them. */
const alone = [
  "test/faults/**/*.e2e.test.ts",
  "test/e2e/bad-input.e2e.test.ts",
  "test/e2e/shield.e2e.test.ts",
  "src/tools/workers-runtime.e2e.test.ts",
];

const stacks = {
  globalSetup: "src/tools/pg-setup.ts",
  // Wrangler, Miniflare and Playwright take seconds to load: once in a process, not once in a file.
  isolate: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

const e2e = {
  test: {
    name: "e2e",
    include: files("e2e.test.ts"),
    exclude: [...exclude, ...alone],
    ...stacks,
    // Two houses fit on two cores: while one starts, the other is mostly waiting.
    maxWorkers: 2,
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
  test: { projects: [node, pg, workerd, e2e, e2eAlone] },
});
