import { sql } from "drizzle-orm";
import * as z from "zod";
import { makeUserKey } from "#contracts/ids";
import { type Outcome, refuse } from "#contracts/outcome";
import type { ActionResult } from "#contracts/platform-action";
import type { SenderService } from "#contracts/sender";
import type { Database } from "#db/client";
import { codeRules, hashLinkCode, whisperPlatforms } from "#db/link-codes";
import { makeLinkCode } from "#lib/link-code";
import type { Log } from "#lib/log";

const wish = z.object({
  hub_user_id: z.int(),
  platform: z.enum(whisperPlatforms),
  platform_user_id: z.string(),
  asked_by: z.string(),
  entity_id: z.string(),
  community_id: z.int(),
  revision: z.string(),
});
type Wish = z.infer<typeof wish>;

const spoiled =
  "It could not be written to. Does it take messages of strangers? Signing in with it in the hub links it too.";

/**
 * Writes each code that is wanted to its account alone, and to nobody else: not to the channel where it was asked for, not
 * into a log. The code is made here and kept as its hash; what cannot be delivered is not shown another way.
 */
export async function deliverCodes(db: Database, sender: Pick<SenderService, "act">): Promise<number> {
  const { rows } = await db.execute(sql`
    WITH over AS (
      UPDATE link_codes SET status = 'expired', code_hash = NULL WHERE status = 'sent' AND expires_at <= now()),
    due AS (
      SELECT c.hub_user_id, c.platform FROM link_codes c
      WHERE c.status = 'wanted' OR (c.status = 'sending' AND c.asked_at < now() - interval '2 minutes')
      ORDER BY c.asked_at LIMIT 20 FOR UPDATE SKIP LOCKED)
    UPDATE link_codes c SET status = 'sending' FROM due, servers s
    WHERE c.hub_user_id = due.hub_user_id AND c.platform = due.platform AND s.entity_id = c.entity_id
    RETURNING c.hub_user_id, c.platform, c.platform_user_id, c.asked_by, c.entity_id, s.community_id,
      extract(epoch FROM c.asked_at)::text AS revision`);
  const wishes = z.array(wish).parse(rows);
  await Promise.all(wishes.map((one) => deliver(db, sender, one)));
  return wishes.length;
}

/** Never throws: whatever was not delivered is asked for again by the clock. */
export async function deliverSoon(db: Database, sender: Pick<SenderService, "act">, log: Log): Promise<void> {
  try {
    await deliverCodes(db, sender);
  } catch (error) {
    log({
      level: "WARNING",
      category: "SYSTEM",
      action: "link_codes.deliver",
      result: "FAILURE",
      details: { error: error instanceof Error ? error.name : typeof error },
    });
  }
}

async function deliver(db: Database, sender: Pick<SenderService, "act">, one: Wish): Promise<void> {
  const code = makeLinkCode();
  const hash = await hashLinkCode(makeUserKey(one.platform, one.platform_user_id), code);
  const mine = sql`hub_user_id = ${one.hub_user_id} AND platform = ${one.platform} AND status = 'sending'
    AND platform_user_id = ${one.platform_user_id} AND extract(epoch FROM asked_at)::text = ${one.revision}`;
  // Before it is said, so that nobody who reads it at once is told that it is wrong.
  await db.execute(sql`UPDATE link_codes SET code_hash = ${hash}, status = 'sent',
    expires_at = now() + make_interval(mins => ${codeRules.lifeMinutes}) WHERE ${mine}`);
  const outcome = await whisper(sender, one, wordsFor(one.asked_by, code));
  if (outcome.ok) return;
  await db.execute(sql`UPDATE link_codes SET code_hash = NULL, status = 'failed', problem = ${spoiled}
    WHERE hub_user_id = ${one.hub_user_id} AND platform = ${one.platform} AND code_hash = ${hash}`);
}

function wordsFor(askedBy: string, code: string): string {
  return `${askedBy} asks to link this account to theirs in WaddleBot: whoever has one then has both. If that is you, write !verify ${code} here in a channel where I listen, or type ${code} in the hub, within ${codeRules.lifeMinutes} minutes. If it is not, do nothing.`;
}

async function whisper(
  sender: Pick<SenderService, "act">,
  one: Wish,
  text: string,
): Promise<Outcome<ActionResult>> {
  try {
    return await sender.act({
      id: `link/${one.hub_user_id}/${one.platform}/${one.revision}`,
      communityId: one.community_id,
      entityId: one.entity_id,
      action: "whisper",
      params: { userId: one.platform_user_id, text },
      correlationId: crypto.randomUUID(),
    });
  } catch {
    return refuse("unavailable");
  }
}
