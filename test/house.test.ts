import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { manifests } from "#modules/manifests";
import { platforms } from "#platforms/registry";

/** Which room may import which (docs/architecture.md). A room always sees itself; `modules` and `platforms` only their own folder. */
const mayImport: Record<string, readonly string[]> = {
  contracts: [],
  lib: [],
  db: ["contracts", "lib"],
  router: ["contracts", "lib"],
  platforms: ["contracts", "lib"],
  "module-kit": ["contracts", "lib", "db"],
  modules: ["contracts", "lib", "db", "module-kit"],
  "durable-objects": ["contracts", "lib", "db", "router", "modules"],
  workers: ["contracts", "lib", "db", "router", "platforms", "modules", "durable-objects", "executors"],
  simulators: ["contracts", "lib"],
  gateway: ["contracts", "lib"],
  executors: ["contracts", "lib"],
  tools: [
    "contracts",
    "lib",
    "db",
    "router",
    "platforms",
    "modules",
    "module-kit",
    "gateway",
    "simulators",
    "durable-objects",
    "workers",
  ],
};

/** Imports the table does not allow, each with its reason. */
const exceptions: readonly { from: string; to: string; because: string }[] = [
  {
    from: "lib/gateway-signature.ts",
    to: "contracts",
    because: "both ends of the link share it, and the headers' names are wire",
  },
  { from: "contracts/", to: "contracts", because: "its own room" },
];

const sources = walk("src").filter((file) => /\.tsx?$/.test(file) && !file.includes("/fixtures/"));
const isTest = (file: string) =>
  /\.test\.tsx?$/.test(file) || /\/(testing|fake)\.ts$/.test(file) || file.endsWith("pg-setup.ts");

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
}

const foldersIn = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
const wranglerFiles = [
  "wrangler.toml",
  ...walk("src").filter((file) => basename(file) === "wrangler.toml" && !file.includes("/fixtures/")),
];

describe("who may import whom", () => {
  const edges = sources
    .filter((file) => !isTest(file))
    .flatMap((file) => {
      const inner = file.slice("src/".length);
      return importsOf(file)
        .filter((target) => target.startsWith("#"))
        .map((target) => ({ inner, room: inner.split("/")[0] ?? "", target: target.slice(1) }));
    });

  test("every import stays inside the table", () => {
    const forbidden = edges.filter(({ inner, room, target }) => {
      const targetRoom = target.split("/")[0] ?? "";
      // Templates hold the text of tests they write; the bench's own parts lie with the tests.
      if (targetRoom === "test" && /^tools\/(new-|bench\.ts)/.test(inner)) return false;
      const isExcepted = exceptions.some(({ from, to }) => inner.startsWith(from) && to === targetRoom);
      return targetRoom !== room && !mayImport[room]?.includes(targetRoom) && !isExcepted;
    });
    expect(forbidden).toEqual([]);
  });

  test("no module sees another module and no platform another platform; objects see manifests only", () => {
    const strangers = edges.filter(({ inner, room, target }) => {
      const [targetRoom, folder] = target.split("/");
      if (targetRoom === "modules" && room === "durable-objects") return target !== "modules/manifests";
      if ((room !== "modules" && room !== "platforms") || targetRoom !== room || inner.split("/").length < 3)
        return false;
      return folder !== inner.split("/")[1];
    });
    expect(strangers).toEqual([]);
  });

  test("nobody climbs out of a folder with a relative path", () => {
    const climbing = sources
      .filter((file) => !file.endsWith("env.d.ts"))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => target.startsWith(".."))
          .map((target) => `${file}: ${target}`),
      );
    expect(climbing).toEqual([]);
  });

  test("only Workers and the objects' deps know the environment", () => {
    const readers = sources.filter(
      (file) => !isTest(file) && /\b(Edge|Api|Sender)Env\b/.test(readFileSync(file, "utf8")),
    );
    const allowed =
      /^src\/(workers\/|tools\/types|durable-objects\/.*\/(deps(-[a-z]+)?|[a-z-]+-object|token-vault)\.ts|.*env\.d\.ts)/;
    expect(readers.filter((file) => !allowed.test(file))).toEqual([]);
  });

  test("a module works on its caller's community; only !community and !identity ask across them", () => {
    const wider = sources.filter(
      (file) =>
        file.startsWith("src/modules/") &&
        !isTest(file) &&
        /\beverywhere\b|\bopen(Community|Module)?Database/.test(readFileSync(file, "utf8")),
    );
    expect(wider).toEqual(["src/modules/community/store.ts", "src/modules/identity/module.ts"]);
  });

  test("Discord is called from one place only, so that no message escapes its mention rules", () => {
    const callers = sources.filter(
      (file) => !isTest(file) && /DISCORD_API_BASE/.test(readFileSync(file, "utf8")),
    );
    expect(
      callers.filter(
        (file) =>
          !/^src\/(platforms\/discord|gateway\/discord\/config|tools|workers\/sender\/env)/.test(file),
      ),
    ).toEqual([]);
  });
});

describe("every folder is complete and registered", () => {
  test("modules", () => {
    expect(manifests.map(({ name }) => name).sort()).toEqual(foldersIn("src/modules").sort());
    for (const name of foldersIn("src/modules")) {
      for (const file of ["manifest.ts", "module.ts", "worker.ts", "wrangler.toml"]) {
        expect(existsSync(join("src/modules", name, file)), `${name}/${file}`).toBe(true);
      }
      expect(readFileSync("wrangler.toml", "utf8")).toContain(
        `binding = "MODULE_${name.toUpperCase()}"\nservice = "waddlebot-${name}"`,
      );
    }
  });

  test("platforms", () => {
    expect([...platforms.keys()].sort()).toEqual(foldersIn("src/platforms").sort());
    for (const [name, platform] of platforms) {
      expect(platform.name).toBe(name);
      for (const file of ["index.ts", "parse.ts", "limits.ts", "fixtures"]) {
        expect(existsSync(join("src/platforms", name, file)), `${name}/${file}`).toBe(true);
      }
    }
  });

  test("a module's tables carry its prefix", () => {
    for (const { name, tables } of manifests) {
      const schema = join("src/modules", name, "schema.ts");
      if (!existsSync(schema)) continue;
      const names = [...readFileSync(schema, "utf8").matchAll(/pgTable\(\s*"([^"]+)"/g)].map(
        (match) => match[1] ?? "",
      );
      expect(names.length).toBeGreaterThan(0);
      for (const table of names)
        expect(
          tables.some((prefix) => table.startsWith(`${prefix}_`)),
          table,
        ).toBe(true);
    }
  });

  test("migrations are flat, numbered without a gap, and named verb_noun", () => {
    const files = readdirSync("migrations")
      .filter((file) => file.endsWith(".sql"))
      .sort();
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index));
    for (const file of files) expect(file).toMatch(/^\d{4}_[a-z]+(_[a-z]+)+\.sql$/);
  });
});

describe("the Workers' settings", () => {
  test("one compatibility date for all", () => {
    const dates = wranglerFiles.map(
      (file) => /compatibility_date = "([^"]+)"/.exec(readFileSync(file, "utf8"))?.[1],
    );
    expect(new Set(dates).size).toBe(1);
    expect(dates[0] && dates[0] >= "2026-05-01").toBe(true);
  });

  test("names follow the folders, and nothing holds environments", () => {
    for (const file of wranglerFiles) {
      const text = readFileSync(file, "utf8");
      const folder = file === "wrangler.toml" ? "edge" : basename(dirname(file));
      expect(text).toContain(`name = "waddlebot-${folder}"`);
      expect(text).not.toMatch(/^\[env\./m);
    }
  });
});

describe("the shape of files", () => {
  const written = [...sources, ...walk("test"), ...walk("hub/src")].filter(
    (file) => /\.(tsx?|css|js|mjs)$/.test(file) && !file.endsWith("env.d.ts"),
  );

  test("QLT-2 no file is longer than 300 lines or 25,000 characters", () => {
    const long = [...written, ...walk("docs").filter((file) => file.endsWith(".md")), "README.md"]
      .filter((file) => existsSync(file))
      .map((file) => ({ file, text: readFileSync(file, "utf8") }))
      .filter(
        ({ file, text }) => text.length > 25_000 || (!file.endsWith(".md") && text.split("\n").length > 301),
      );
    expect(long.map(({ file }) => file)).toEqual([]);
  });

  test("names are kebab-case and say what is in them", () => {
    const bad = written.filter(
      (file) =>
        !/^[a-z0-9.-]+$/.test(basename(file)) || /(^|\/)(utils|helpers|manager|common|misc)[./]/.test(file),
    );
    expect(bad).toEqual([]);
  });

  test("HRD-6 no secret is compared with ===, no default secret, no any", () => {
    const comparison = /(secret|token|signature|apiKey)\w*\s*[!=]==(?!\s*(undefined|null|""))/i;
    // The vault asks whether a token it holds itself is the rejected one: nobody outside can ask that.
    const allowed = "this.#held?.token === rejected";
    const bad = sources
      .filter((file) => !isTest(file) && !file.startsWith("src/simulators"))
      .flatMap((file) =>
        readFileSync(file, "utf8")
          .split("\n")
          .map((line) => ({ file, line: line.trim() })),
      )
      .filter(({ line }) => !line.startsWith("//") && !line.startsWith("*") && !line.includes(allowed))
      .filter(({ line }) => comparison.test(line) || /change-me|:\s*any\s*[;,)=>{]|\bas any\b/.test(line));
    expect(bad).toEqual([]);
  });

  test("QLT-3 working notes stay out of the repository", () => {
    const ignored = readFileSync(".gitignore", "utf8").split("\n");
    expect(ignored).toEqual(expect.arrayContaining([".PLAN", ".TODO"]));
  });

  test("every dependency is pinned to one version", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+[\w.-]*$/.test(String(version)),
    );
    expect(loose).toEqual([]);
  });
});
