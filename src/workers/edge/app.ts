import { type Context, Hono } from "hono";
import type { Answer } from "#contracts/platform";
import { productVersion } from "#contracts/version";
import { metricsOf } from "#durable-objects/metrics/metrics-of";
import { type Log, makeLog } from "#lib/log";
import { openGatewayLink } from "#workers/edge/gateway-route";
import { type IngressDeps, receive } from "#workers/edge/ingress";
import { oldOverlayRoutes, overlayRoutes } from "#workers/edge/overlay/overlay-routes";
import { withAddressShield, withTenantShield } from "#workers/edge/shield";
import { answerQuestion } from "#workers/edge/websub";
import { maxWebhookBytes, readBody } from "#workers/shared/body";
import { clientAddress } from "#workers/shared/client-address";
import { type CorrelatedVariables, withCorrelation } from "#workers/shared/correlation";
import { onError } from "#workers/shared/envelope";
import { healthRoutes } from "#workers/shared/health";
import { withMeter } from "#workers/shared/metered";
import { tooMany } from "#workers/shared/shield";
import { withTrace } from "#workers/shared/traced";

export type EdgeBindings = CorrelatedVariables & { Bindings: EdgeEnv };

/** The public edge. What lies behind the signature check is given, so that faults can be put in its place. */
export function makeEdgeApp(makeDeps: (env: EdgeEnv, log: Log) => IngressDeps) {
  const log = makeLog({ module: "edge", version: productVersion });
  const app = new Hono<EdgeBindings>();
  app.use(withMeter<EdgeBindings>("edge", (env) => metricsOf(env.METRICS)));
  app.use(withCorrelation);
  app.use(withTrace<EdgeBindings>("edge"));
  app.onError(onError(log));
  app.use(withAddressShield(log));
  const webhook = (c: Context<EdgeBindings, "/:platform">) => handleWebhook(c, makeDeps(c.env, log));
  app.post("/webhooks/:platform", webhook);
  app.post("/webhooks/:platform/*", webhook);
  // The older spelling of the path, which Kick's senders still use (20-receivers §1.15).
  app.post("/webhook/:platform", webhook);
  app.post("/interactions/:platform", webhook);
  app.get("/webhooks/:platform", async (c) => {
    const query = new URL(c.req.url).searchParams;
    const deps = makeDeps(c.env, log);
    const platform = deps.platforms.get(c.req.param("platform"));
    return toResponse(await answerQuestion(platform, query, deps, c.get("correlationId")));
  });
  app.get("/gateway", (c) => openGatewayLink(c.req.raw, c.env, log));
  app.route("/overlay", overlayRoutes());
  app.route("/", oldOverlayRoutes());
  app.route("/", healthRoutes("edge"));
  return app;
}

async function handleWebhook(c: Context<EdgeBindings, "/:platform">, deps: IngressDeps): Promise<Response> {
  const body = await readBody(c.req.raw, maxWebhookBytes);
  if (!body) return c.text("too large", 413);
  const { pathname } = new URL(c.req.url);
  // A call from this very machine is not counted, neither by its address nor by its channel.
  const isCounted = clientAddress(c.req.raw.headers) !== undefined;
  const shielded = withTenantShield(deps, isCounted ? c.env.SHIELD_TENANT : undefined);
  const answer = await receive(
    c.req.param("platform"),
    {
      path: pathname.split("/").slice(3).join("/"),
      headers: c.req.raw.headers,
      body,
      receivedAt: Date.now(),
      correlationId: c.get("correlationId"),
    },
    shielded.deps,
  );
  return shielded.wasRefused() ? tooMany() : toResponse(answer);
}

function toResponse({ status, contentType, body }: Answer): Response {
  const headers = { "content-type": contentType, "x-content-type-options": "nosniff" };
  return status === 204 ? new Response(null, { status }) : new Response(body, { status, headers });
}
