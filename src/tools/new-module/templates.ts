/** The files of a new module, by their path in its folder: a command that answers, and its test. */
export function renderModule(name: string): Record<string, string> {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    "manifest.ts": `import * as z from "zod";
import { defineModule } from "#contracts/module";

export const manifest = defineModule({
  name: "${name}",
  title: "${title}",
  description: "Greets whoever asks.",
  version: "0.1.0",
  prefix: "!",
  tables: [],
  settings: z.object({
    greeting: z.string().min(1).max(200).default("Hello"),
  }),
  commands: [
    {
      name: "${name}",
      handler: "${name}",
      description: "Greets you, or whom you name",
      usage: "${name} [who]",
      examples: ["!${name}", "!${name} Ada"],
      permissionLevel: "everyone",
    },
  ],
  on: [],
});
`,
    [`commands/${name}.ts`]: `import type { Invocation, ModuleResultInput } from "#contracts/module";
import type { Outcome } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { say } from "#module-kit/say";
import { manifest } from "#modules/${name}/manifest";

/** What people type reaches chat again, so it is cleaned; \`say\` cuts it to one line. */
export async function ${name}(invocation: Invocation): Promise<Outcome<ModuleResultInput>> {
  const { greeting } = manifest.settings.parse(invocation.settings);
  const who = cleanText(invocation.argsText || invocation.user.name);
  return say(\`\${greeting}, \${who}!\`);
}
`,
    "module.ts": `import { implementModule } from "#module-kit/module";
import { ${name} as ${name}Command } from "#modules/${name}/commands/${name}";
import { manifest } from "#modules/${name}/manifest";

export const ${name} = implementModule({
  manifest,
  handlers: { ${name}: ${name}Command },
  makeDeps: () => ({}),
});
`,
    "fake.ts": `import { runInProcess } from "#module-kit/run-in-process";
import { ${name} } from "#modules/${name}/module";

/** The module without its Worker and without a database. */
export function makeFake() {
  return runInProcess(${name}, {});
}
`,
    [`${name}.test.ts`]: `import { expect, test } from "vitest";
import { makeFake } from "#modules/${name}/fake";
import { makeChannelLoop } from "#test/fakes/channel-loop";

test("!${name} greets whoever asks, or whom they name", async () => {
  const channel = makeChannelLoop([makeFake()]);
  expect((await channel.say("!${name}", { name: "u1" })).said).toEqual(["Hello, u1!"]);
  expect((await channel.say("!${name} Ada", { name: "u1" })).said).toEqual(["Hello, Ada!"]);
});
`,
    "worker.ts": `import { makeModuleWorker } from "#module-kit/worker";
import { ${name} } from "#modules/${name}/module";

export default makeModuleWorker(${name});
`,
    "wrangler.toml": `name = "waddlebot-${name}"
main = "worker.ts"
compatibility_date = "2026-05-01"
compatibility_flags = ["nodejs_compat"]
# Reached through service bindings only.
workers_dev = false
`,
  };
}

/** The whole of src/modules/manifests.ts for these modules. */
export function renderManifests(names: readonly string[]): string {
  const sorted = [...names].sort();
  const imports = sorted.map((name) => `import { manifest as ${name} } from "#modules/${name}/manifest";`);
  return `import type { ModuleManifest } from "#contracts/module";
${imports.join("\n")}

/** Every module of our own. \`npm run new:module\` adds to it; the channel objects and the api read it. */
export const manifests: readonly ModuleManifest[] = [${sorted.join(", ")}];
`;
}

/** What the edge's wrangler.toml gains. */
export function renderBinding(name: string): string {
  return `
[[services]]
binding = "MODULE_${name.toUpperCase()}"
service = "waddlebot-${name}"
`;
}
