import type { CoordinatedEntity, StatusReport } from "#contracts/coordinator";

/** Containers check in every five minutes and have one of grace (10-router §1.5). */
export const checkinRuleMs = 6 * 60_000;
/** The hard end of a claim, whatever happens, unless it is extended (90-decisions C-18). */
export const claimLifeMs = 30 * 60_000;
/** So many errors mark an entity as a problem. */
export const errorsUntilProblem = 3;

/** The last moment a claim holds; undefined when nobody has claimed. */
export function claimDeadline(entity: CoordinatedEntity): number | undefined {
  const { claimedBy, lastCheckin, claimExpires } = entity;
  if (claimedBy === null || lastCheckin === null || claimExpires === null) return undefined;
  return Math.min(lastCheckin + checkinRuleMs, claimExpires);
}

export function isHeld(entity: CoordinatedEntity, now: number): boolean {
  const deadline = claimDeadline(entity);
  return deadline !== undefined && now <= deadline;
}

export function afterClaim(entity: CoordinatedEntity, containerId: string, now: number): CoordinatedEntity {
  return {
    ...entity,
    claimedBy: containerId,
    claimedAt: now,
    lastCheckin: now,
    claimExpires: now + claimLifeMs,
    fencing: entity.fencing + 1,
  };
}

/** The fencing number stays, so that the next claim gets a higher one. */
export function afterRelease(entity: CoordinatedEntity): CoordinatedEntity {
  return { ...entity, claimedBy: null, claimedAt: null, lastCheckin: null, claimExpires: null };
}

export function afterCheckin(entity: CoordinatedEntity, now: number): CoordinatedEntity {
  return { ...entity, lastCheckin: now, claimExpires: now + claimLifeMs };
}

/** A heartbeat says the process lives, not that it looks after its channels: `lastCheckin` stays. */
export function afterHeartbeat(entity: CoordinatedEntity, now: number): CoordinatedEntity {
  return { ...entity, claimExpires: now + claimLifeMs };
}

/** A report counts as a check-in for its entity. What leaves `error` begins to count anew. */
export function afterStatus(entity: CoordinatedEntity, report: StatusReport, now: number): CoordinatedEntity {
  const next = { ...afterCheckin(entity, now), lastCheck: now };
  if (report.isLive === true) {
    next.status = "live";
    next.isLive = true;
    next.liveSince = entity.liveSince ?? now;
  }
  if (report.isLive === false) {
    next.status = "offline";
    next.isLive = false;
    next.liveSince = null;
    next.viewerCount = 0;
  }
  if (report.viewerCount !== undefined) next.viewerCount = report.viewerCount;
  if (report.metadata !== undefined) next.metadata = report.metadata;
  if (report.hasActivity) {
    next.lastActivity = now;
    if (next.status === "error") next.status = next.isLive ? "live" : "available";
  }
  const isWell = report.hasActivity || (entity.status === "error" && next.status !== "error");
  return isWell ? { ...next, errorCount: 0, lastError: null } : next;
}

/** The claim stays: its holder may get the entity going again, and nobody else is given a broken one. */
export function afterError(entity: CoordinatedEntity, message: string, now: number): CoordinatedEntity {
  const errorCount = entity.errorCount + 1;
  const status = errorCount >= errorsUntilProblem ? "error" : entity.status;
  return { ...entity, errorCount, status, lastError: message, lastCheck: now };
}

export function afterReset(entity: CoordinatedEntity): CoordinatedEntity {
  const status = entity.isLive ? "live" : "available";
  return { ...entity, status, errorCount: 0, lastError: null };
}
