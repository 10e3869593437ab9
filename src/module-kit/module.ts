import type { Invocation, ModuleManifest, ModuleResultInput } from "#contracts/module";
import type { Outcome } from "#contracts/outcome";
import type { Database } from "#db/client";
import type { WiderDatabases } from "#module-kit/databases";

/**
 * Answers one invocation. Expected trouble is a refusal whose message is said in chat; a throw is a bug.
 * Called again with the same `invocation.id` it must change nothing more and answer the same.
 */
export type Handler<Deps> = (invocation: Invocation, deps: Deps) => Promise<Outcome<ModuleResultInput>>;

/** One module, whole: what it says about itself, what it does, and what it does it with. */
export interface ModuleDefinition<Deps> {
  manifest: ModuleManifest;
  /** By the handler names of the manifest's commands; `event` takes the events named in `on`. */
  handlers: Readonly<Record<string, Handler<Deps>>>;
  /** For one invocation. `db` sees its community alone; only `!community` has a use for the wider ones. */
  makeDeps(db: Database, wider: WiderDatabases): Deps;
}

/** Ties the handlers to the dependencies they share. */
export function implementModule<Deps>(definition: ModuleDefinition<Deps>): ModuleDefinition<Deps> {
  return definition;
}
