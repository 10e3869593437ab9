import type { Context } from "hono";
import { openDatabase } from "#db/client";
import { mayActIn } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
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
  // A signed-in person is not thereby a moderator of every channel: only admins, services and bound keys look into one.
  if (principal.communityId === null && principal.roles.every((role) => role === "user")) return undefined;
  const held = principal.communityId === null ? recallEntity(entityId) : undefined;
  const entity = held ?? (await findEntity(openDatabase(c.env), entityId));
  if (!entity || !mayActIn(principal, entity.communityId)) return undefined;
  rememberEntity(entity);
  return entity;
}
