import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { webhooksPerCommunity } from "#contracts/outgoing-webhook";
import type { AuditActor } from "#db/audit";
import type { Database } from "#db/client";
import { previousKeyMs } from "#durable-objects/webhook-target/signing";
import { changeConfig } from "#workers/api/router/change-config";
import type { newWebhook, webhookChange } from "#workers/api/webhooks/webhook-routes";

export const webhookRow = z.object({
  id: z.int(),
  community_id: z.int(),
  url: z.string(),
  description: z.string(),
  event_types: z.array(z.string()),
  is_enabled: z.boolean(),
  verified_at: z.string().nullable(),
  disabled_because: z.string().nullable(),
  key_number: z.int(),
  previous_key_until: z.string().nullable(),
  created_by: z.string(),
  created_at: z.string(),
});
export type WebhookRow = z.infer<typeof webhookRow>;

const selected = z.array(z.object({ row: webhookRow }));
const changedId = z.object({ id: z.int() });

interface Change {
  communityId: number;
  by: AuditActor;
}

export async function listWebhooks(db: Database, communityId: number): Promise<WebhookRow[]> {
  const { rows } = await db.execute(
    sql`SELECT to_jsonb(w) AS row FROM outgoing_webhooks w WHERE community_id = ${communityId} ORDER BY id`,
  );
  return selected.parse(rows).map(({ row }) => row);
}

export async function findWebhook(
  db: Database,
  id: number,
  communityId: number,
): Promise<WebhookRow | undefined> {
  const { rows } = await db.execute(
    sql`SELECT to_jsonb(w) AS row FROM outgoing_webhooks w WHERE id = ${id} AND community_id = ${communityId}`,
  );
  return selected.parse(rows)[0]?.row;
}

/** Undefined when the community has its full number, or is not there. The lock keeps two from both being the last. */
export function createWebhook(db: Database, given: z.infer<typeof newWebhook>, to: Change) {
  const change = sql`
    INSERT INTO outgoing_webhooks (community_id, created_by, url, description, event_types, is_enabled)
    SELECT c.id, ${to.by.actor}, ${given.url}, ${given.description}, ${list(given.event_types)}, ${given.enabled}::boolean
    FROM (SELECT id FROM communities WHERE id = ${to.communityId} FOR UPDATE) c
    WHERE (SELECT count(*) FROM outgoing_webhooks o WHERE o.community_id = c.id) < ${webhooksPerCommunity}
    RETURNING *`;
  return changeWebhook(db, change, "webhook.create", to);
}

/** Only what the patch names. Another address is another owner until the challenge says otherwise. */
export function updateWebhook(db: Database, id: number, patch: z.infer<typeof webhookChange>, to: Change) {
  const { url, description, event_types, enabled } = patch;
  const sets: SQL[] = [];
  if (url !== undefined)
    sets.push(sql`verified_at = CASE WHEN url = ${url} THEN verified_at END`, sql`url = ${url}`);
  if (description !== undefined) sets.push(sql`description = ${description}`);
  if (event_types !== undefined) sets.push(sql`event_types = ${list(event_types)}`);
  if (enabled !== undefined) sets.push(sql`is_enabled = ${enabled}::boolean`, sql`disabled_because = NULL`);
  return changeWebhook(db, changeOf(id, to, sql.join(sets, sql`, `)), "webhook.update", to);
}

/** Undefined when the address changed while it was being asked. */
export function markVerified(db: Database, { id, url }: WebhookRow, to: Change) {
  const change = sql`UPDATE outgoing_webhooks SET verified_at = now()
    WHERE id = ${id} AND community_id = ${to.communityId} AND url = ${url} RETURNING *`;
  return changeWebhook(db, change, "webhook.verify", to);
}

/** Two at once would leave the first one's key signing nothing, so the second waits its turn and changes nothing. */
export function rotateKey(db: Database, { id, key_number }: WebhookRow, to: Change) {
  const change = sql`UPDATE outgoing_webhooks SET key_number = key_number + 1,
      previous_key_until = now() + make_interval(secs => ${previousKeyMs / 1000})
    WHERE id = ${id} AND community_id = ${to.communityId} AND key_number = ${key_number} RETURNING *`;
  return changeWebhook(db, change, "webhook.rotate-secret", to);
}

export function removeWebhook(db: Database, id: number, to: Change) {
  const change = sql`DELETE FROM outgoing_webhooks WHERE id = ${id} AND community_id = ${to.communityId} RETURNING *`;
  return changeWebhook(db, change, "webhook.delete", { ...to, isRemoval: true });
}

function changeOf(id: number, { communityId }: Change, sets: SQL): SQL {
  return sql`UPDATE outgoing_webhooks SET ${sets} WHERE id = ${id} AND community_id = ${communityId} RETURNING *`;
}

function list(texts: readonly string[]): SQL {
  return sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`;
}

async function changeWebhook(
  db: Database,
  change: SQL,
  action: string,
  to: Change & { isRemoval?: boolean },
) {
  const changed = await changeConfig(db, { ...to, kind: "outgoing_webhook", change, action });
  return changed && { ...changed, id: changedId.parse(changed.row).id };
}
