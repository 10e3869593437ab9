import * as z from "zod";
import type { PlatformEvent } from "#contracts/event";
import type { GatewayFrame } from "#contracts/gateway";
import type { PlatformConfig, Receipt } from "#contracts/platform";
import { ignore } from "#platforms/slack/answers";
import { parseEventCallback } from "#platforms/slack/parse-event-callback";
import { parseInteractivity } from "#platforms/slack/parse-interactivity";
import { parseSlashCommand } from "#platforms/slack/parse-slash-command";
import type { Received } from "#platforms/slack/received";
import { eventCallback, parseJson } from "#platforms/slack/wire";

const envelope = z.object({
  type: z.enum(["events_api", "slash_commands", "interactive"]),
  payload: z.unknown(),
});

/**
 * An envelope of socket mode: the same payloads as the webhooks', which end in the same parsers. Nobody waits for an
 * answer here, so it goes through the event's reply target; what only an answer could carry (errors in a modal) is lost.
 */
export function parseFrame(frame: GatewayFrame, config: PlatformConfig): PlatformEvent[] {
  const seen = envelope.safeParse(parseJson(frame.raw));
  if (!seen.success) return [];
  const { type, payload } = seen.data;
  const received = {
    receivedAt: frame.receivedAt,
    correlationId: `${frame.connection}/${frame.id}`.slice(0, 64),
    key: frame.id,
  };
  const receipt = read(type, payload, received, config);
  if (receipt.kind === "interactive") return [receipt.event];
  return receipt.kind === "events" ? receipt.events : [];
}

function read(
  type: z.infer<typeof envelope>["type"],
  payload: unknown,
  received: Received,
  config: PlatformConfig,
): Receipt {
  if (type === "interactive") return parseInteractivity(payload, received, config);
  if (type === "slash_commands") return parseSlashCommand(payload, received, config);
  const callback = eventCallback.safeParse(payload);
  return callback.success ? parseEventCallback(callback.data, received, config) : ignore("unknown payload");
}
