import type { PlatformEvent } from "#contracts/event";
import { parseEntityId } from "#contracts/ids";
import type { StringRule } from "#contracts/string-rule";
import type { RuleHit } from "#router/rules/match-rules";

/** Rules are asked about chat lines only (10-router §1.1 step 4). */
export type RuleEvent = Extract<PlatformEvent, { type: "chatMessage" }>;

/** What the channel does about a hit. A command is planned like a chat line, as an event whose origin is `rule`. */
export type RuleOutcome =
  | { kind: "warn"; text: string }
  | { kind: "block"; text: string }
  | { kind: "command"; text: string }
  | {
      kind: "webhook";
      url: string;
      headers: typeof stringMatchWebhookHeaders;
      body: StringMatchWebhookBody;
    };

export const stringMatchWebhookHeaders = {
  "X-WaddleBot-Source": "string-matcher",
  "X-WaddleBot-Type": "string-match-webhook",
} as const;

/** The documented body (10-router §1.2, STR-5); a 2xx answer means delivered. */
export interface StringMatchWebhookBody {
  type: "string_match";
  rule_id: number;
  pattern: string;
  match_type: string;
  message_content: string;
  user: { id: string; name: string };
  context: {
    platform: string;
    server_id: string | null;
    /** Null on platforms whose channel is the server. */
    channel_id: string | null;
    entity_id: string;
    message_id: string | null;
    /** When it was said, ISO 8601. */
    timestamp: string;
  };
}

export function ruleOutcome({ rule, effect }: RuleHit, event: RuleEvent): RuleOutcome {
  if (effect.kind !== "webhook") return effect;
  return {
    kind: "webhook",
    url: effect.url,
    headers: stringMatchWebhookHeaders,
    body: stringMatchWebhookBody(rule, event),
  };
}

export function stringMatchWebhookBody(rule: StringRule, event: RuleEvent): StringMatchWebhookBody {
  const place = parseEntityId(event.entityId);
  return {
    type: "string_match",
    rule_id: rule.id,
    pattern: rule.pattern,
    match_type: rule.matchType,
    message_content: event.text,
    user: { id: event.user.id, name: event.user.name },
    context: {
      platform: event.platform,
      server_id: place?.server ?? null,
      channel_id: place?.channel ?? null,
      entity_id: event.entityId,
      message_id: event.messageId ?? null,
      timestamp: new Date(event.occurredAt).toISOString(),
    },
  };
}
