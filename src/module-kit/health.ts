import type { ModuleManifest } from "#contracts/module";
import { timedOut, within } from "#lib/within";

export interface HealthTools {
  manifest: Pick<ModuleManifest, "name" | "version">;
  now: number;
  /** Rejects when the database does not answer. */
  checkDatabase: () => Promise<unknown>;
}

const databaseWaitMs = 2000;

/** `/health` is always cheap; `/healthz` asks the database and is 503 when it is silent (LIB-2). */
export async function answerHealth(request: Request, tools: HealthTools): Promise<Response> {
  const { pathname } = new URL(request.url);
  const about = {
    module: tools.manifest.name,
    version: tools.manifest.version,
    timestamp: new Date(tools.now).toISOString(),
  };
  if (request.method !== "GET" || (pathname !== "/health" && pathname !== "/healthz")) {
    return Response.json(
      { success: false, error: { message: "Not found", code: "ERROR_404" } },
      { status: 404 },
    );
  }
  if (pathname === "/health") return Response.json({ status: "healthy", ...about });
  const database = (await isAnswering(tools.checkDatabase)) ? "ok" : "failed";
  const isHealthy = database === "ok";
  const body = { status: isHealthy ? "healthy" : "unhealthy", ...about, checks: { database } };
  return Response.json(body, { status: isHealthy ? 200 : 503 });
}

async function isAnswering(check: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await within(check(), databaseWaitMs)) !== timedOut;
  } catch {
    // The reason stays in the module's own log; a health check only says which dependency is gone.
    return false;
  }
}
