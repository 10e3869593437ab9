import { manifests } from "#modules/manifests";
import { createModule } from "#tools/new-module/create-module";
import { projectRoot } from "#tools/paths";
import { runGenerator } from "#tools/scaffold/run-generator";
import { refreshTypes } from "#tools/types";

const usage = `npm run new:module NAME

Writes src/modules/NAME with a command, its test and its Worker, registers it in
src/modules/manifests.ts and binds it to the edge in wrangler.toml.
How to go on: docs/guides/add-a-module.md`;

const takenWords = manifests.flatMap(({ commands }) =>
  commands.flatMap((command) => [command.name, ...(command.aliases ?? [])]),
);

await runGenerator(
  {
    usage,
    create: (name) => createModule({ root: projectRoot, name, takenWords }),
    renew: () => refreshTypes(false),
    next: (name) => `!${name} answers after the next npm start. How to go on: docs/guides/add-a-module.md`,
  },
  process.argv.slice(2),
);
