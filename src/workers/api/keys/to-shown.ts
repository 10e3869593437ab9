import type { ShownKey } from "#workers/api/access/key-store";

/** A key as the API shows it: never its secret. */
export function toShown(key: ShownKey) {
  return {
    id: key.id,
    name: key.name,
    roles: key.roles,
    scopes: key.scopes,
    community_id: key.communityId,
    limit_per_minute: key.limitPerMinute,
    limit_per_hour: key.limitPerHour,
    is_active: key.isActive,
    expires_at: key.expiresAt?.toISOString() ?? null,
    created_by: key.createdBy,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    created_at: key.createdAt.toISOString(),
    disabled_at: key.disabledAt?.toISOString() ?? null,
  };
}
