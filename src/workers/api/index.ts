import { Hono, type MiddlewareHandler } from "hono";
import * as z from "zod";
import type { ChannelService } from "#contracts/channel";
import { productVersion } from "#contracts/version";
import { channelStub } from "#durable-objects/stubs";
import { equalSecrets } from "#lib/equal-secrets";
import { makeLog } from "#lib/log";
import { type CorrelatedVariables, withCorrelation } from "#workers/shared/correlation";
import { failure, onError, problemsOf, success } from "#workers/shared/envelope";
import { healthRoutes } from "#workers/shared/health";

type ApiBindings = CorrelatedVariables & { Bindings: ApiEnv };

const log = makeLog({ module: "api", version: productVersion });

const executionsQuery = z.strictObject({
  entity_id: z.string().min(3).max(1024),
  event_id: z.string().min(1).max(512).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** Service keys come in the header only, never in a query; no key on the server lets nobody in (HRD-2). */
const withServiceKey: MiddlewareHandler<ApiBindings> = async function withServiceKey(c, next) {
  if (await equalSecrets(c.req.header("x-api-key") ?? "", c.env.SERVICE_API_KEY)) return next();
  log({
    level: "WARNING",
    category: "AUTH",
    action: "api.authenticate",
    result: "DENIED",
    correlationId: c.get("correlationId"),
    requestId: c.get("requestId"),
  });
  return failure(c, 401, "A valid X-API-Key header is needed.");
};

const router = new Hono<ApiBindings>().use(withServiceKey).get("/executions", async (c) => {
  const query = executionsQuery.safeParse(c.req.query());
  if (!query.success) return failure(c, 400, "The query is not valid.", problemsOf(query.error));
  const { entity_id, event_id, limit } = query.data;
  const channel: Pick<ChannelService, "executions"> = channelStub(c.env.CHANNEL, entity_id);
  const filter = event_id === undefined ? { limit } : { limit, eventId: event_id };
  return success(c, { executions: await channel.executions(filter) });
});

const app = new Hono<ApiBindings>();
app.use(withCorrelation);
app.onError(onError(log));
app.notFound((c) => failure(c, 404, "There is nothing here."));
app.route("/", healthRoutes("api"));
app.route("/api/v1/router", router);

export default app;
