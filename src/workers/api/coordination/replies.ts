import type { Context } from "hono";
import type { EntityReply } from "#contracts/coordination";
import type { CoordinatedEntity } from "#contracts/coordinator";
import type { Refusal } from "#contracts/outcome";
import { platforms } from "#platforms/registry";
import type { FieldProblem } from "#workers/shared/envelope";

/** The flat success of the 004 generation: no envelope around it, and always an `error_message`. */
export const done = { success: true as const, error_message: null };

/** The failure envelope of every route, with the `error_message` that clients of the 004 generation read. */
export function refused<S extends 400 | 404 | 409>(
  c: Context,
  status: S,
  message: string,
  details?: FieldProblem[],
) {
  const timestamp = new Date().toISOString();
  const error = { message, code: `ERROR_${status}`, timestamp, ...(details ? { details } : {}) };
  return c.json({ success: false as const, error_message: message, error }, status);
}

export function refusedOf(c: Context, refusal: Refusal) {
  const message = refusal.message ?? "That is not possible.";
  return refusal.code === "not_found" ? refused(c, 404, message) : refused(c, 409, message);
}

export function unknownPlatform(c: Context) {
  const message = `must be one of ${[...platforms.keys()].join(", ")}`;
  return refused(c, 400, "There is no such platform.", [{ field: "platform", message }]);
}

export function claims(entities: readonly CoordinatedEntity[]) {
  return { claimed_entities: entities.map(toEntityReply), claimed_count: entities.length };
}

export function toEntityReply(entity: CoordinatedEntity): EntityReply {
  return {
    platform: entity.platform,
    server_id: entity.serverId,
    channel_id: entity.channelId,
    entity_id: entity.entityId,
    claimed_by: entity.claimedBy,
    claimed_at: toIso(entity.claimedAt),
    status: entity.status,
    is_live: entity.isLive,
    live_since: toIso(entity.liveSince),
    viewer_count: entity.viewerCount,
    last_activity: toIso(entity.lastActivity),
    last_check: toIso(entity.lastCheck),
    last_checkin: toIso(entity.lastCheckin),
    claim_expires: toIso(entity.claimExpires),
    heartbeat_interval: entity.heartbeatIntervalSeconds,
    error_count: entity.errorCount,
    last_error: entity.lastError,
    metadata: entity.metadata,
    priority: entity.priority,
    max_containers: entity.maxContainers,
    config: entity.config,
    fencing: entity.fencing,
  };
}

function toIso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
