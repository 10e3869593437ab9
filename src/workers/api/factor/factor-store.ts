import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { listSession, type NewSession } from "#workers/api/session/session-store";

export interface Factor {
  /** Sealed. */
  secret: string;
  isOn: boolean;
  recoveryCodesLeft: number;
}

const factor = z.object({ secret: z.string(), is_on: z.boolean(), codes: z.int() });

export async function findFactor(db: Database, userId: number): Promise<Factor | undefined> {
  const { rows } = await db.execute(sql`
    SELECT secret, confirmed_at IS NOT NULL AS is_on,
      (SELECT count(*)::int FROM hub_recovery_codes WHERE hub_user_id = ${userId}) AS codes
    FROM hub_totp WHERE hub_user_id = ${userId}`);
  const found = z.array(factor).parse(rows)[0];
  return found && { secret: found.secret, isOn: found.is_on, recoveryCodesLeft: found.codes };
}

/** Keeps a secret whose first code was not shown yet; false where a second factor is on already. */
export async function beginFactor(
  db: Database,
  userId: number,
  secret: string,
  by: AuditActor,
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      INSERT INTO hub_totp (hub_user_id, secret) VALUES (${userId}, ${secret})
      ON CONFLICT (hub_user_id) DO UPDATE SET secret = excluded.secret, last_step = 0 WHERE hub_totp.confirmed_at IS NULL
      RETURNING hub_user_id AS id),
    noted AS (${note("factor.begin", by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

/** Turns it on with its first code, which is used up by it, and keeps new recovery codes. */
export async function confirmFactor(
  db: Database,
  {
    userId,
    secret,
    step,
    codeHashes,
  }: { userId: number; secret: string; step: number; codeHashes: string[] },
  by: AuditActor,
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE hub_totp SET confirmed_at = now(), last_step = ${step}
      WHERE hub_user_id = ${userId} AND secret = ${secret} AND confirmed_at IS NULL RETURNING hub_user_id AS id),
    old AS (DELETE FROM hub_recovery_codes WHERE hub_user_id IN (SELECT id FROM changed)),
    kept AS (
      INSERT INTO hub_recovery_codes (hub_user_id, code_hash)
      SELECT changed.id, jsonb_array_elements_text(${JSON.stringify(codeHashes)}::jsonb) FROM changed),
    noted AS (${note("factor.confirm", by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

/** What proves the second factor: a code of a later step than any before, or a recovery code. Either is used up. */
export type Proof = { step: number } | { codeHash: string };

function used(userId: number, proof: Proof): SQL {
  return "step" in proof
    ? sql`UPDATE hub_totp SET last_step = ${proof.step} WHERE hub_user_id = ${userId} AND confirmed_at IS NOT NULL
        AND last_step < ${proof.step} RETURNING hub_user_id AS id`
    : sql`DELETE FROM hub_recovery_codes WHERE hub_user_id = ${userId} AND code_hash = ${proof.codeHash} RETURNING hub_user_id AS id`;
}

/** The session that waited for a code gives way to a new one; of two that show one code at once one gets in. */
export async function enterByFactor(
  db: Database,
  { userId, proof }: { userId: number; proof: Proof },
  { session, replaces, by }: { session: NewSession; replaces: string; by: AuditActor },
): Promise<{ mustChange: boolean } | undefined> {
  const { rows } = await db.execute(sql`
    WITH proven AS (${used(userId, proof)}),
    over AS (DELETE FROM hub_sessions WHERE id = ${replaces} AND EXISTS (SELECT 1 FROM proven) RETURNING hub_user_id),
    changed AS (SELECT u.id FROM hub_users u JOIN proven USING (id) JOIN over ON over.hub_user_id = u.id WHERE u.is_active),
    listed AS (${listSession(session, sql`changed`)}),
    noted AS (${note("factor.prove", by)})
    SELECT EXISTS (SELECT 1 FROM hub_passwords p WHERE p.hub_user_id = changed.id AND p.must_change) AS must_change FROM changed`);
  const found = z.array(z.object({ must_change: z.boolean() })).parse(rows)[0];
  return found && { mustChange: found.must_change };
}

/** Takes the second factor away with its own proof. */
export async function removeFactor(
  db: Database,
  { userId, proof }: { userId: number; proof: Proof },
  by: AuditActor,
): Promise<boolean> {
  // One row cannot be changed and deleted by one statement, so a step is compared here and not written.
  const proven =
    "step" in proof
      ? sql`SELECT hub_user_id AS id FROM hub_totp WHERE hub_user_id = ${userId} AND confirmed_at IS NOT NULL AND last_step < ${proof.step}`
      : sql`SELECT hub_user_id AS id FROM hub_recovery_codes WHERE hub_user_id = ${userId} AND code_hash = ${proof.codeHash}`;
  const { rows } = await db.execute(sql`
    WITH proven AS (${proven}),
    changed AS (DELETE FROM hub_totp WHERE hub_user_id IN (SELECT id FROM proven) RETURNING hub_user_id AS id),
    codes AS (DELETE FROM hub_recovery_codes WHERE hub_user_id IN (SELECT id FROM proven)),
    noted AS (${note("factor.remove", by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

function note(action: string, by: AuditActor): SQL {
  return noteChange(
    { action, resourceType: "second_factor", source: sql`changed`, resourceId: sql`changed.id::text` },
    by,
  );
}
