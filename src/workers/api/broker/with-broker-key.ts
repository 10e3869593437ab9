import type { Context, MiddlewareHandler } from "hono";
import { productVersion } from "#contracts/version";
import { equalSecrets } from "#lib/equal-secrets";
import { makeLog } from "#lib/log";
import { accessConfig } from "#workers/api/access/config";
import { countFailure, stillWaiting } from "#workers/api/access/failures";
import { limitChecks } from "#workers/api/access/groups";
import { limited } from "#workers/api/access/limit";
import type { ApiBindings, Principal } from "#workers/api/bindings";
import type { BrokerActor } from "#workers/api/broker/admin-store";
import { clientAddress } from "#workers/shared/client-address";
import { failure } from "#workers/shared/envelope";

const log = makeLog({ module: "broker", version: productVersion });
const header = "x-broker-key";

const broker: Principal = {
  kind: "service",
  id: "broker",
  roles: ["super-admin"],
  scopes: ["*"],
  communityId: null,
};

/** Missing 401, wrong 403; no key on the server lets nobody in, and says 401 to all (50-admin §1.41). */
export const withBrokerKey: MiddlewareHandler<ApiBindings> = async function withBrokerKey(c, next) {
  if (c.req.path.endsWith("/health")) return next();
  const { brokerApiKey } = accessConfig(c.env);
  const given = c.req.header(header);
  if (given === undefined || brokerApiKey === "") {
    note(c, brokerApiKey === "" ? "BROKER_API_KEY is not set" : "nothing shown");
    return failure(c, 401, "A valid X-Broker-Key header is needed.");
  }
  const waitMs = await stillWaiting(c);
  if (waitMs > 0) return denyForNow(c, waitMs);
  if (!(await equalSecrets(given, brokerApiKey))) {
    note(c, "wrong key");
    const longer = await countFailure(c);
    return longer > 0 ? denyForNow(c, longer) : failure(c, 403, "This broker key is not valid.");
  }
  c.set("principal", broker);
  return next();
};

/** 100 a minute, 1000 an hour, whoever holds the key. */
export const withBrokerLimit: MiddlewareHandler<ApiBindings> = async function withBrokerLimit(c, next) {
  if (!c.var.principal) return next();
  return limited(c, next, limitChecks("broker", broker), "broker");
};

/** Who stands in the broker's audit log for this request. */
export function brokerActor(c: Context<ApiBindings>, performedBy: string): BrokerActor {
  return {
    performedBy,
    ipAddress: clientAddress(c.req.raw.headers) ?? null,
    userAgent: c.req.header("user-agent")?.slice(0, 500) ?? null,
  };
}

function denyForNow(c: Context<ApiBindings>, waitMs: number) {
  c.header("retry-after", String(Math.ceil(waitMs / 1000)));
  return failure(c, 429, "Too many wrong keys came from this address. Wait a minute, then try again.");
}

function note(c: Context<ApiBindings>, reason: string): void {
  log({
    level: "WARNING",
    category: "AUTH",
    action: "broker.authenticate",
    result: "DENIED",
    correlationId: c.get("correlationId"),
    requestId: c.get("requestId"),
    details: { reason },
  });
}
