import type { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { type MetricSample, metricFamilies, secondsBuckets } from "#contracts/metrics";
import { openDatabase } from "#db/client";
import { isolateMeter } from "#durable-objects/metrics/meter-post";
import { metricsOf } from "#durable-objects/metrics/metrics-of";
import { equalSecrets } from "#lib/equal-secrets";
import { prometheusText, prometheusType } from "#lib/prometheus-text";
import { accessConfig } from "#workers/api/access/config";
import type { ApiBindings } from "#workers/api/bindings";
import { cacheRatio, readGauges } from "#workers/api/metrics/gauges";
import { failure } from "#workers/shared/envelope";

const settings = z.object({ METRICS_KEY: z.string().default(""), METRICS_PUBLIC: z.string().default("") });
/** A scraper comes every few seconds, and counting people is the dearest question of the page. */
const gaugesForMs = 60_000;

let gauges: { at: number; samples: MetricSample[] } | undefined;
const families = Object.entries(metricFamilies).map(([name, facts]) => ({ name, ...facts }));

/** `GET /metrics` (60-infrastructure §1.60): for a scraper that shows METRICS_KEY or the service key, or for all. */
export function mountMetricsPage(app: OpenAPIHono<ApiBindings>): void {
  app.get("/metrics", async (c) => {
    if (!(await mayRead(c.env, c.req.raw.headers)))
      return failure(c, 401, "Metrics need a key: Authorization: Bearer, or X-API-Key.");
    const metrics = () => metricsOf(c.env.METRICS);
    // What this isolate knows is part of the answer.
    await isolateMeter.send(metrics, Date.now(), 0);
    const counted = await metrics().read();
    const samples = [...counted, ...cacheRatio(counted), ...(await gaugesNow(c.env))];
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
    return c.body(prometheusText(families, samples, secondsBuckets), 200, { "content-type": prometheusType });
  });
}

/** Fails open: what was counted is shown also while the database is away. */
async function gaugesNow(env: ApiEnv): Promise<MetricSample[]> {
  const now = Date.now();
  if (gauges && now - gauges.at < gaugesForMs) return gauges.samples;
  try {
    gauges = { at: now, samples: await readGauges(openDatabase(env)) };
    return gauges.samples;
  } catch {
    return [];
  }
}

/** Fails closed: without a key set, nobody but the service reads, and without that nobody. */
async function mayRead(env: ApiEnv, headers: Headers): Promise<boolean> {
  const { METRICS_KEY, METRICS_PUBLIC } = settings.parse(env);
  if (METRICS_PUBLIC === "1") return true;
  const bearer = /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  const given = bearer ?? headers.get("x-api-key") ?? "";
  const { serviceApiKey } = accessConfig(env);
  const [isMetrics, isService] = await Promise.all([
    equalSecrets(given, METRICS_KEY),
    equalSecrets(given, serviceApiKey),
  ]);
  return isMetrics || isService;
}
