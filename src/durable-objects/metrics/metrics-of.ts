import type { MetricsService } from "#contracts/metrics";
import type { MetricsObject } from "#durable-objects/metrics/metrics-object";

/** Where the figures of this house are. */
export function metricsOf(namespace: DurableObjectNamespace<MetricsObject>): MetricsService {
  return namespace.get(namespace.idFromName("all"));
}
