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

const e2e = {
  test: {
    name: "e2e",
    include: files("e2e.test.ts"),
    exclude,
    globalSetup: "src/tools/pg-setup.ts",
    // Whole processes and a browser each: side by side they would measure one another.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

export default defineConfig({
  test: { projects: [node, pg, workerd, e2e] },
});
