import type { MiddlewareHandler } from "hono";
import type { MetricsService } from "#contracts/metrics";
import { isolateMeter } from "#durable-objects/metrics/meter-post";
import { inBackground } from "#workers/shared/in-background";

/** How long the figures of requests may stay in an isolate; then the next request takes them along. */
const tellAfterMs = 10_000;

/** Counts every request and how long its answer took. Paths are no label: they hold ids. */
export function withMeter<E extends { Bindings: object }>(
  service: string,
  metrics: (env: E["Bindings"]) => Pick<MetricsService, "add">,
): MiddlewareHandler<E> {
  return async function withMeter(c, next) {
    const startedAt = Date.now();
    await next();
    const now = Date.now();
    const { method } = c.req;
    isolateMeter.count("waddlebot_http_requests_total", { service, method, status: String(c.res.status) });
    isolateMeter.observe("waddlebot_http_request_duration_seconds", { service }, now - startedAt);
    if (c.res.status >= 500)
      isolateMeter.count("waddlebot_errors_total", { error_type: `http_${c.res.status}`, severity: "error" });
    inBackground(
      c,
      isolateMeter.send(() => metrics(c.env), now, tellAfterMs),
    );
  };
}
