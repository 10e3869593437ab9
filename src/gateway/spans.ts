import type { GatewayFrame } from "#contracts/gateway";
import type { OutboundMessage } from "#contracts/sender";
import type { SentOutcome } from "#gateway/source";
import { parentOfEffect, requestSubject, type Span, spanIdOf, traceIdOf } from "#lib/trace";
import { exportSpans, type TraceConfig, type TraceSinks } from "#lib/trace-export";

/** Spans that may wait to be told; beyond it the newest are left out, because a gateway must not grow for its traces. */
const maxWaiting = 5000;
/** Most in one post. */
const batchSize = 500;
const everyMs = 2000;

export interface GatewaySpans {
  /** Frames the edge has stored: each began a chain, and its span is the parent of the event it became. */
  handedOver(frames: readonly GatewayFrame[]): void;
  /** One message that was said, or not. */
  said(message: OutboundMessage, outcome: SentOutcome, startMs: number): void;
  /** Tells what waits. */
  close(): Promise<void>;
}

export interface GatewaySpanOptions {
  config: TraceConfig;
  sinks: TraceSinks;
  now: () => number;
}

/** What this process did of each chain (docs/decisions/0033). Fails open: nobody here waits for whoever collects. */
export function makeGatewaySpans({ config, sinks, now }: GatewaySpanOptions): GatewaySpans {
  if (config.exporter === "none") return { handedOver() {}, said() {}, close: async () => {} };
  let waiting: (() => Promise<Span>)[] = [];
  const timer = setInterval(() => void tell(), everyMs);
  timer.unref();
  const add = (make: () => Promise<Span>) => {
    if (waiting.length < maxWaiting) waiting.push(make);
  };

  async function tell(): Promise<void> {
    const due = waiting;
    waiting = [];
    for (let at = 0; at < due.length; at += batchSize) {
      const spans = await Promise.all(due.slice(at, at + batchSize).map((make) => make()));
      await exportSpans(config, spans, sinks);
    }
  }

  return {
    handedOver(frames) {
      const endMs = now();
      for (const frame of frames) if (!frame.gap) add(() => hearingSpan(frame, endMs));
    },
    said(message, outcome, startMs) {
      const endMs = now();
      add(() => sayingSpan(message, outcome, { startMs, endMs }));
    },
    async close() {
      clearInterval(timer);
      await tell();
    },
  };
}

/** The platforms' parsers make a frame's id the correlation id of its event; on Slack the socket's name stands before it. */
function correlationIdOf({ platform, connection, id }: GatewayFrame): string {
  return (platform === "slack" ? `${connection}/${id}` : id).slice(0, 64);
}

async function hearingSpan(frame: GatewayFrame, endMs: number): Promise<Span> {
  const correlationId = correlationIdOf(frame);
  return {
    traceId: await traceIdOf(correlationId),
    spanId: await spanIdOf(requestSubject(correlationId)),
    service: "gateway",
    name: `hear ${frame.platform}`,
    kind: "server",
    startMs: frame.receivedAt,
    endMs,
    attributes: { "correlation.id": correlationId, connection: frame.connection },
  };
}

async function sayingSpan(
  { id, correlationId, entityId, target }: OutboundMessage,
  outcome: SentOutcome,
  times: Pick<Span, "startMs" | "endMs">,
): Promise<Span> {
  return {
    traceId: await traceIdOf(correlationId),
    spanId: await spanIdOf(`send ${id}`),
    parentId: await parentOfEffect(id),
    service: "gateway",
    name: `send ${target.platform}`,
    kind: "client",
    ...times,
    attributes: { "correlation.id": correlationId, "message.id": id, "entity.id": entityId },
    ...(outcome.ok ? {} : { error: outcome.message }),
  };
}
