import { implementModule } from "#module-kit/module";
import { alias as aliasCommand } from "#modules/alias/commands/alias";
import { run } from "#modules/alias/commands/run";
import { manifest } from "#modules/alias/manifest";
import { makeAliasStore } from "#modules/alias/store";

export const alias = implementModule({
  manifest,
  handlers: { alias: aliasCommand, run },
  makeDeps: (db) => ({ aliases: makeAliasStore(db) }),
});
