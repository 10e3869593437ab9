import type { ExecutionRequest } from "#contracts/execution-target";
import { parseEntityId } from "#contracts/ids";
import type { Invocation } from "#contracts/module";

/**
 * The body every executor sends (80-details-a §2.7), with two fields more: the user's role, which 004 demands of every
 * module context, and the session id, by which a late answer comes back. `request_id` is the same on every attempt.
 */
export function makePayload({ invocation, subscription }: ExecutionRequest, now: number): string {
  const { community, user, event } = invocation;
  return JSON.stringify({
    community: {
      id: community.id,
      name: community.name,
      is_subscribed: subscription.isSubscribed,
      subscription_order_id: subscription.orderId,
      seat_count: subscription.seatCount,
    },
    trigger: describeTrigger(invocation),
    user: {
      id: user.id,
      username: user.name,
      platform: event.platform,
      platform_user_id: event.user.id,
      role: user.role,
    },
    entity: {
      id: event.entityId,
      platform: event.platform,
      platform_entity_id: platformEntityId(event.entityId),
    },
    session_id: invocation.sessionId,
    request_id: invocation.id,
    timestamp: new Date(now).toISOString(),
  });
}

function describeTrigger({ command, args, argsText, event }: Invocation) {
  if (command !== undefined)
    return { type: "command", command, args, context_text: argsText, event_type: null, event_data: null };
  return {
    type: "event",
    command: null,
    args,
    context_text: argsText,
    event_type: event.type,
    event_data: factsOf(event),
  };
}

/** What the event itself says. `replyTo` stays here: its tokens would let a stranger speak as the bot. */
function factsOf(event: Invocation["event"]): Record<string, unknown> {
  const {
    replyTo: _replyTo,
    user: _user,
    correlationId: _correlationId,
    semanticKey: _semanticKey,
    origin: _origin,
    hops: _hops,
    ...facts
  } = event;
  return facts;
}

/** The platform's own name of the channel: the most particular part of our id. */
function platformEntityId(entityId: string): string {
  const parts = parseEntityId(entityId);
  return parts?.channel ?? parts?.server ?? entityId;
}
