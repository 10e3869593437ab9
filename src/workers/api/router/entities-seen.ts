import type { Context } from "hono";
import { reachesLevel } from "#contracts/role";
import { type Database, openDatabase } from "#db/client";
import { standingOf } from "#router/authorize";
import { mayActIn } from "#workers/api/access/caller";
import type { ApiBindings, Principal } from "#workers/api/bindings";
import { findGiver } from "#workers/api/rbac/giver";
import { findEntity, type KnownEntity } from "#workers/api/router/entity-store";

const maxAgeMs = 600_000;
const maxEntries = 10_000;

/** Which community a channel is in, as this isolate learnt it; 600 s (10-router §1.1). Never asked about a bound key. */
const known = new Map<string, { entity: KnownEntity; until: number }>();
const counts = { hits: 0, misses: 0 };

/** Of this isolate, since it began. */
export function entityCacheCounts(): { hits: number; misses: number } {
  return { ...counts };
}

export function recallEntity(entityId: string): KnownEntity | undefined {
  const held = known.get(entityId);
  const isFresh = held !== undefined && held.until > Date.now();
  counts[isFresh ? "hits" : "misses"]++;
  return isFresh ? held.entity : undefined;
}

export function rememberEntity(entity: KnownEntity): void {
  const [oldest] = known.keys();
  if (known.size >= maxEntries && oldest !== undefined) known.delete(oldest);
  known.set(entity.entityId, { entity, until: Date.now() + maxAgeMs });
}

/**
 * A registered channel this caller may see; undefined for every other. Looked up before its object is addressed, so that
 * nobody makes objects by guessing names; a key of one community is always checked against the database.
 */
export async function seeEntity(c: Context<ApiBindings>, entityId: string): Promise<KnownEntity | undefined> {
  const principal = c.get("principal");
  const isPlain = principal.roles.every((role) => role === "user");
  if (isPlain && principal.communityId === null) return seeAsPerson(principal, entityId, openDatabase(c.env));
  const held = principal.communityId === null ? recallEntity(entityId) : undefined;
  const entity = held ?? (await findEntity(openDatabase(c.env), entityId));
  if (!entity || !mayActIn(principal, entity.communityId)) return undefined;
  rememberEntity(entity);
  return entity;
}

/**
 * A signed-in person looks into the channels they moderate through an account they have linked (10-router §1.4), and into
 * no other. Nothing of it is cached: a demotion acts at once.
 */
async function seeAsPerson(
  caller: Principal,
  entityId: string,
  db: Database,
): Promise<KnownEntity | undefined> {
  const entity = caller.kind === "user" ? await findEntity(db, entityId) : undefined;
  if (!entity) return undefined;
  const resource = { communityId: entity.communityId, entityId };
  const person = (await findGiver(db, caller, [resource])).principalAt(resource);
  return person && reachesLevel(standingOf(person, resource).role, "moderator") ? entity : undefined;
}
