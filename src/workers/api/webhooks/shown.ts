import type * as z from "zod";
import type { WebhookDelivery, WebhookHealth } from "#contracts/outgoing-webhook";
import { readJson } from "#lib/read-json";
import type { ShownWebhook, shownDelivery } from "#workers/api/webhooks/webhook-routes";
import type { WebhookRow } from "#workers/api/webhooks/webhook-store";

export function toShownWebhook(row: WebhookRow): ShownWebhook {
  const { is_enabled, key_number: _keyNumber, ...rest } = row;
  return { ...rest, enabled: is_enabled };
}

export function toShownDelivery(delivery: WebhookDelivery): z.infer<typeof shownDelivery> {
  const { id, type, state, attempts, lastStatus, lastError, body } = delivery;
  return {
    id,
    type,
    state,
    attempts,
    created_at: momentOf(delivery.createdAt) ?? "",
    last_attempt_at: momentOf(delivery.lastAttemptAt),
    next_attempt_at: momentOf(delivery.nextAttemptAt),
    last_status: lastStatus,
    last_error: lastError,
    payload: readJson(body) ?? null,
  };
}

export function toShownHealth({ waiting, dead, dropped, failingSince }: WebhookHealth) {
  return { waiting, dead, dropped, failing_since: momentOf(failingSince) };
}

function momentOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
