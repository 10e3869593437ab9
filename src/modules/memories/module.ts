import { implementModule } from "#module-kit/module";
import { memories as memoriesCommand } from "#modules/memories/commands/memories";
import { quote } from "#modules/memories/commands/quote";
import { manifest } from "#modules/memories/manifest";
import { makeQuoteStore } from "#modules/memories/store";

export const memories = implementModule({
  manifest,
  handlers: { quote, memories: memoriesCommand },
  makeDeps: (db) => ({ quotes: makeQuoteStore(db), random: Math.random }),
});
