import { describe, expect, test } from "vitest";
import type { CoordinatedEntity } from "#contracts/coordinator";
import * as rules from "#durable-objects/coordinator/rules";

const minute = 60_000;
const start = 1_800_000_000_000;

const free: CoordinatedEntity = {
  entityId: "twitch:1",
  platform: "twitch",
  serverId: "1",
  channelId: null,
  claimedBy: null,
  claimedAt: null,
  status: "available",
  isLive: false,
  liveSince: null,
  viewerCount: 0,
  lastActivity: null,
  lastCheck: null,
  lastCheckin: null,
  claimExpires: null,
  heartbeatIntervalSeconds: 300,
  errorCount: 0,
  lastError: null,
  metadata: {},
  priority: 100,
  maxContainers: 1,
  config: {},
  fencing: 7,
};
const held = rules.afterClaim(free, "a", start);
const report = { containerId: "a", entityId: "twitch:1" };

describe("a claim", () => {
  test("names its holder, starts both clocks and raises the fencing number", () => {
    expect(held).toEqual({
      ...free,
      claimedBy: "a",
      claimedAt: start,
      lastCheckin: start,
      claimExpires: start + 30 * minute,
      fencing: 8,
    });
  });

  test("CRD-3 holds for six minutes after the last check-in, to the millisecond", () => {
    expect(rules.isHeld(held, start + 5 * minute + 59_000)).toBe(true);
    expect(rules.isHeld(held, start + 6 * minute)).toBe(true);
    expect(rules.isHeld(held, start + 6 * minute + 1)).toBe(false);
    expect(rules.isHeld(free, start)).toBe(false);
  });

  test("CRD-4 a check-in moves both ends, a heartbeat only the hard one", () => {
    const later = start + 5 * minute;
    expect(rules.claimDeadline(rules.afterCheckin(held, later))).toBe(later + 6 * minute);
    const beaten = rules.afterHeartbeat(held, later);
    expect(beaten.claimExpires).toBe(later + 30 * minute);
    expect(rules.claimDeadline(beaten)).toBe(start + 6 * minute);
  });

  test("ends at its hard expiry even when the check-in is fresh", () => {
    const odd = { ...held, lastCheckin: start + 29 * minute };
    expect(rules.claimDeadline(odd)).toBe(start + 30 * minute);
  });

  test("once released is free, but keeps its number", () => {
    expect(rules.afterRelease(held)).toEqual({ ...free, fencing: 8 });
  });
});

describe("a report", () => {
  const now = start + minute;

  test("going live keeps the first moment; going offline forgets it and the viewers", () => {
    const live = rules.afterStatus(held, { ...report, isLive: true, viewerCount: 12 }, now);
    expect(live).toMatchObject({ status: "live", isLive: true, liveSince: now, viewerCount: 12 });
    const still = rules.afterStatus(live, { ...report, isLive: true }, now + 1);
    expect(still).toMatchObject({ liveSince: now, viewerCount: 12 });
    const offline = rules.afterStatus(live, { ...report, isLive: false }, now + 1);
    expect(offline).toMatchObject({ status: "offline", isLive: false, liveSince: null, viewerCount: 0 });
  });

  test("is a check-in for its entity and says nothing it was not told", () => {
    expect(rules.afterStatus(held, report, now)).toEqual({
      ...held,
      lastCheckin: now,
      lastCheck: now,
      claimExpires: now + 30 * minute,
    });
  });

  test("of activity forgets the errors", () => {
    const failed = rules.afterError(rules.afterError(held, "x", now), "y", now);
    expect(failed).toMatchObject({ errorCount: 2, lastError: "y", status: "available", lastCheckin: start });
    const well = rules.afterStatus(failed, { ...report, hasActivity: true }, now);
    expect(well).toMatchObject({ errorCount: 0, lastError: null, lastActivity: now });
  });

  test("CRD-5 the third error makes it a problem; activity, liveness or a reset make it good again", () => {
    const broken = [1, 2, 3].reduce((entity) => rules.afterError(entity, "x", now), held);
    expect(broken).toMatchObject({ status: "error", errorCount: 3 });
    expect(rules.afterStatus(broken, { ...report, viewerCount: 3 }, now)).toMatchObject({
      status: "error",
      errorCount: 3,
    });
    const good = { errorCount: 0, lastError: null };
    const active = rules.afterStatus(broken, { ...report, hasActivity: true }, now);
    expect(active).toMatchObject({ ...good, status: "available" });
    const live = rules.afterStatus(broken, { ...report, isLive: true }, now);
    expect(live).toMatchObject({ ...good, status: "live" });
    expect(rules.afterReset(broken)).toMatchObject({ ...good, status: "available" });
  });
});
