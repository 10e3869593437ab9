import { implementModule } from "#module-kit/module";
import { about } from "#modules/core/commands/about";
import { help } from "#modules/core/commands/help";
import { ping } from "#modules/core/commands/ping";
import { stats } from "#modules/core/commands/stats";
import { manifest } from "#modules/core/manifest";
import { makeActivityStore } from "#modules/core/store";

export const core = implementModule({
  manifest,
  handlers: { about, help, ping, stats },
  makeDeps: (db) => ({ activity: makeActivityStore(db) }),
});
