import { createPlatform } from "#tools/new-platform/create-platform";
import { variablesOf } from "#tools/new-platform/naming";
import { projectRoot } from "#tools/paths";
import { runGenerator } from "#tools/scaffold/run-generator";

const guide = "docs/guides/add-a-platform.md";

const usage = `npm run new:platform NAME

Writes src/platforms/NAME: a signed webhook that brings chat messages, an API that takes them,
fixtures and tests. Registers it in src/platforms/registry.ts.
How to go on: ${guide}`;

await runGenerator(
  {
    usage,
    create: (name) => createPlatform({ root: projectRoot, name }),
    next: (name) => {
      const { secret, botUserId } = variablesOf(name);
      return `POST /webhooks/${name} is answered as soon as the edge has ${secret} and ${botUserId}. How to go on: ${guide}`;
    },
  },
  process.argv.slice(2),
);
