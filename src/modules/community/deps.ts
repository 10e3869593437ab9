import type { Invocation } from "#contracts/module";
import type { AuditActor } from "#db/audit";
import type { CommunityStore, Speaker } from "#modules/community/store";

export interface CommunityDeps {
  store: CommunityStore;
  /** Epoch milliseconds. */
  now: () => number;
}

/** Who speaks and where, and how the audit log names them. */
export function speakerOf({ id, event, user }: Invocation): Speaker & { by: AuditActor } {
  const by = { actor: user.id, ipHash: null, userAgent: `chat on ${event.platform}`, requestId: id };
  return { userKey: user.id, entityId: event.entityId, by };
}
