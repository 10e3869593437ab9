import { sql } from "drizzle-orm";
import * as z from "zod";
import { noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { noteVersion, withoutUnlogged } from "#db/config-versions";
import { type WebhookAddress, webhookAddress } from "#durable-objects/webhook-target/webhook-address";

const row = z.object({ row: webhookAddress });
const told = z.object({ version: z.int(), entity_ids: z.array(z.string()) });
/** Channels told at once; the others look again within 300 s. */
const mostTold = 500;

export async function loadWebhook(db: Database, webhookId: number): Promise<WebhookAddress | null> {
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object('id', w.id, 'communityId', w.community_id, 'url', w.url, 'keyNumber', w.key_number,
      'isEnabled', w.is_enabled AND w.verified_at IS NOT NULL,
      'previousKeyUntil', floor(extract(epoch FROM w.previous_key_until) * 1000)::bigint) AS row
    FROM outgoing_webhooks w WHERE w.id = ${webhookId}`);
  const [found] = z.array(row).parse(rows);
  return found?.row ?? null;
}

/**
 * Switches a webhook off for its whole community: one statement with the raised version and the audit row. Undefined
 * when it was off already.
 */
export async function disableWebhook(
  db: Database,
  webhookId: number,
  because: string,
): Promise<{ version: number; entityIds: string[] } | undefined> {
  const by = { actor: "system", ipHash: null, userAgent: null, requestId: `webhook-${webhookId}` };
  const note = noteChange(
    {
      action: "webhook.disable",
      resourceType: "outgoing_webhook",
      source: sql`changed`,
      resourceId: sql`changed.id::text`,
      communityId: sql`changed.community_id`,
      after: withoutUnlogged("outgoing_webhook", sql`to_jsonb(changed)`),
    },
    by,
  );
  const versioned = {
    kind: "outgoing_webhook",
    communityId: sql`n.community_id`,
    source: "changed",
  } as const;
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE outgoing_webhooks SET is_enabled = false, disabled_because = ${because}
      WHERE id = ${webhookId} AND is_enabled RETURNING *),
    raised AS (
      UPDATE communities c SET config_version = config_version + 1 FROM changed WHERE c.id = changed.community_id
      RETURNING c.config_version),
    noted AS (${note}),
    kept AS (${noteVersion(versioned, by)})
    SELECT raised.config_version AS version, (
      SELECT coalesce(jsonb_agg(t.entity_id), '[]'::jsonb) FROM (
        SELECT s.entity_id FROM servers s WHERE s.community_id = changed.community_id AND s.is_active
        ORDER BY s.created_at DESC LIMIT ${mostTold}) t) AS entity_ids
    FROM changed, raised`);
  const [found] = z.array(told).parse(rows);
  return found && { version: found.version, entityIds: found.entity_ids };
}
