import { WorkerEntrypoint } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import type { Invocation, ModuleResult } from "#contracts/module";
import type { Outcome } from "#contracts/outcome";
import { openDatabase } from "#db/client";
import { makeLog } from "#lib/log";
import { makeDepsFor } from "#module-kit/databases";
import { dispatch } from "#module-kit/dispatch";
import { answerHealth } from "#module-kit/health";
import type { ModuleDefinition } from "#module-kit/module";
import { parseEnv } from "#module-kit/parse-env";

/**
 * The Worker of one module: `invoke` for the channel's service binding, `/health` and `/healthz` for the operator.
 * It has no public address and holds nothing but the database's.
 */
export function makeModuleWorker<Deps>(definition: ModuleDefinition<Deps>) {
  const { manifest, handlers } = definition;
  const log = makeLog({ module: manifest.name, version: manifest.version });

  return class ModuleWorker extends WorkerEntrypoint<unknown> {
    async invoke(invocation: Invocation): Promise<Outcome<ModuleResult>> {
      const getDeps = (communityId: number) => makeDepsFor(definition, parseEnv(this.env), communityId);
      return dispatch(invocation, { handlers, getDeps, log });
    }

    override async fetch(request: Request): Promise<Response> {
      const checkDatabase = async () => openDatabase(parseEnv(this.env)).execute(sql`select 1`);
      return answerHealth(request, { manifest, now: Date.now(), checkDatabase });
    }
  };
}
