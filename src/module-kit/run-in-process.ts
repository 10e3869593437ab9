import type { ModuleManifest, ModuleService } from "#contracts/module";
import type { LogEntry } from "#lib/log";
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
  const logged: LogEntry[] = [];
  const tools = {
    handlers: definition.handlers,
    getDeps: () => deps,
    log: (entry: LogEntry) => void logged.push(entry),
  };
  return {
    manifest: definition.manifest,
    handlerNames: Object.keys(definition.handlers),
    service: { invoke: (invocation) => dispatch(invocation, tools) },
    logged,
  };
}
