import type { ModuleManifest, ModuleService } from "#contracts/module";
import type { DatabaseAddress } from "#db/client";
import type { LogEntry } from "#lib/log";
import { makeDepsFor } from "#module-kit/databases";
import { dispatch } from "#module-kit/dispatch";
import type { ModuleDefinition } from "#module-kit/module";

/** A module without its Worker, for tests and dry runs: the same dispatch, with the dependencies it is given. */
export interface ModuleInProcess {
  manifest: ModuleManifest;
  handlerNames: readonly string[];
  service: ModuleService;
  /** What would have been logged, oldest first. */
  logged: readonly LogEntry[];
}

export function runInProcess<Deps>(definition: ModuleDefinition<Deps>, deps: Deps): ModuleInProcess {
  return run(definition, () => deps);
}

/** The same on a real database, with each invocation held to its community as in the Worker. */
export function runOnDatabase<Deps>(
  definition: ModuleDefinition<Deps>,
  address: DatabaseAddress,
): ModuleInProcess {
  return run(definition, (communityId) => makeDepsFor(definition, address, communityId));
}

function run<Deps>(
  definition: ModuleDefinition<Deps>,
  getDeps: (communityId: number) => Deps,
): ModuleInProcess {
  const logged: LogEntry[] = [];
  const tools = {
    handlers: definition.handlers,
    getDeps,
    log: (entry: LogEntry) => void logged.push(entry),
  };
  return {
    manifest: definition.manifest,
    handlerNames: Object.keys(definition.handlers),
    service: { invoke: (invocation) => dispatch(invocation, tools) },
    logged,
  };
}
