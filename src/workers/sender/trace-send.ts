import type { Outcome } from "#contracts/outcome";
import type { OutboundMessage } from "#contracts/sender";
import { parentOfEffect, spanIdOf, traceIdOf } from "#lib/trace";
import { exportSpans, traceConfig, workerSinks } from "#lib/trace-export";

/** One span for a message that was said, under the event it answers. */
export async function traceSend(
  env: object,
  { id, correlationId, target, entityId }: OutboundMessage,
  outcome: Outcome<unknown>,
  startMs: number,
): Promise<void> {
  const config = traceConfig(env);
  if (config.exporter === "none") return;
  const span = {
    traceId: await traceIdOf(correlationId),
    spanId: await spanIdOf(`send ${id}`),
    parentId: await parentOfEffect(id),
    service: "sender",
    name: `send ${target.platform}`,
    kind: "client" as const,
    startMs,
    endMs: Date.now(),
    attributes: { "correlation.id": correlationId, "message.id": id, "entity.id": entityId },
    ...(outcome.ok ? {} : { error: outcome.message ?? outcome.code }),
  };
  await exportSpans(config, [span], workerSinks);
}
