import { makeEntityId } from "#contracts/ids";
import type { WebhookRequest } from "#contracts/platform";

/** What of a delivery every event takes over, whichever way it came: webhook or socket. */
export interface Received {
  receivedAt: number;
  correlationId: string;
  /**
   * What makes a delivery itself where its payload has no id: the digest Slack signed it with, which covers time and
   * body and is the same on every replay, or the frame's own id.
   */
  key: string;
}

/** Where something happened and who did it. */
export interface Where {
  /** The team. */
  server: string;
  channel: string;
  user: string;
  triggerId?: string | undefined;
}

export function receivedBy({ headers, receivedAt, correlationId }: WebhookRequest): Received {
  return { receivedAt, correlationId, key: (headers.get("x-slack-signature") ?? "").slice("v0=".length) };
}

/** The part that all events of an interaction share; what has no channel belongs to the workspace. */
export function interactionBase(
  kind: "cmd" | "action",
  {
    server,
    channel,
    user,
    triggerId,
    name,
  }: Omit<Where, "channel"> & { channel?: string | undefined; name: string },
  { receivedAt, correlationId, key }: Received,
) {
  return {
    id: `slack:${kind}:${triggerId ?? key}`,
    platform: "slack",
    entityId: makeEntityId({ platform: "slack", server, channel }),
    user: { id: user, login: name, name },
    receivedAt,
    occurredAt: receivedAt,
    correlationId,
  };
}
