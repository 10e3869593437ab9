import * as z from "zod";
import { redact } from "#lib/redact";
import type { Span } from "#lib/trace";

export interface TraceConfig {
  exporter: "none" | "console" | "otlp" | "zipkin";
  /** Where OTLP over HTTP or Zipkin takes spans: the whole address. */
  endpoint: string;
  /** The share of traces that is told, 0 to 1; the same traces in every service, because the id decides. */
  sample: number;
}

export interface TraceSinks {
  fetch: typeof fetch;
  print(line: string): void;
}

/** The runtime's own; called without `this`, as workerd demands. */
export const workerSinks: TraceSinks = {
  fetch: (input, init) => fetch(input, init),
  print: (line) => console.log(line),
};

const settings = z.object({
  TRACE_EXPORTER: z.enum(["none", "console", "otlp", "zipkin"]).catch("none"),
  TRACE_ENDPOINT: z.string().catch(""),
  TRACE_SAMPLE: z.coerce.number().min(0).max(1).catch(1),
});
const timeMs = 2000;
const kinds = { internal: 1, server: 2, client: 3 } as const;

/** What the environment says; nothing said means nothing is told. */
export function traceConfig(env: unknown): TraceConfig {
  const { TRACE_EXPORTER, TRACE_ENDPOINT, TRACE_SAMPLE } = settings.parse(env);
  return { exporter: TRACE_EXPORTER, endpoint: TRACE_ENDPOINT, sample: TRACE_SAMPLE };
}

/** Tells spans. Fails open: where they go may be slow or away, and nobody waits for it. Never throws. */
export async function exportSpans(
  { exporter, endpoint, sample }: TraceConfig,
  spans: readonly Span[],
  { fetch, print }: TraceSinks,
): Promise<void> {
  if (exporter === "none") return;
  const told = spans.filter(({ traceId }) => isSampled(traceId, sample)).map(withoutSecrets);
  if (told.length === 0) return;
  if (exporter === "console") {
    for (const span of told) print(JSON.stringify({ type: "span", ...span }));
    return;
  }
  const body = JSON.stringify(exporter === "otlp" ? toOtlp(told) : toZipkin(told));
  try {
    const signal = AbortSignal.timeout(timeMs);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(endpoint, { method: "POST", headers, body, signal, redirect: "manual" });
    await answer.body?.cancel();
  } catch {
    // A lost span costs nothing but itself.
  }
}

function isSampled(traceId: string, share: number): boolean {
  return Number.parseInt(traceId.slice(-8), 16) / 0x1_0000_0000 < share;
}

function withoutSecrets(span: Span): Span {
  const { error } = span;
  const attributes = Object.fromEntries(
    Object.entries(span.attributes).map(([key, value]) => [key, String(redact(value))]),
  );
  return { ...span, attributes, ...(error === undefined ? {} : { error: String(redact(error)) }) };
}

/** OTLP/HTTP in its JSON encoding: times in nanoseconds as text. */
export function toOtlp(spans: readonly Span[]) {
  const resourceSpans = [...Map.groupBy(spans, ({ service }) => service)].map(([service, own]) => ({
    resource: { attributes: [attribute("service.name", `waddlebot-${service}`)] },
    scopeSpans: [{ scope: { name: "waddlebot" }, spans: own.map(otlpSpan) }],
  }));
  return { resourceSpans };
}

function otlpSpan({ traceId, spanId, parentId, name, kind, startMs, endMs, attributes, error }: Span) {
  return {
    traceId,
    spanId,
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: `${Math.round(startMs)}000000`,
    endTimeUnixNano: `${Math.round(Math.max(startMs, endMs))}000000`,
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    status: error === undefined ? { code: 1 } : { code: 2, message: error },
  };
}

function attribute(key: string, value: string | number) {
  return { key, value: { stringValue: String(value) } };
}

/** Zipkin v2: times in microseconds. */
export function toZipkin(spans: readonly Span[]) {
  return spans.map(
    ({ traceId, spanId, parentId, service, name, kind, startMs, endMs, attributes, error }) => ({
      traceId,
      id: spanId,
      ...(parentId === undefined ? {} : { parentId }),
      name,
      ...(kind === "internal" ? {} : { kind: kind.toUpperCase() }),
      timestamp: Math.round(startMs) * 1000,
      duration: Math.max(1, Math.round(endMs - startMs) * 1000),
      localEndpoint: { serviceName: `waddlebot-${service}` },
      tags: {
        ...Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
        ...(error === undefined ? {} : { error }),
      },
    }),
  );
}
