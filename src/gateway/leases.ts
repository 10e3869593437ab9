import type { GatewayAssignment, GatewayClaim } from "#contracts/gateway";
import { claimKey } from "#contracts/gateway";

/** `claim` is absent while nobody shares with us: then everything is held. */
export type Hold = { isHeld: true; claim?: GatewayClaim } | { isHeld: false };

/** What this process may hear and say for, and until when. */
export interface Leases {
  /** True when it took something away that was held. */
  take(lease: GatewayAssignment["lease"]): boolean;
  /** Asked for every line and every word: a process that slept through its lease must not act on what it wakes to. */
  hold(platform: string, connection: string, channel?: string): Hold;
  /** Whether a send that came under this claim may be said now. */
  mayActUnder(claim: GatewayClaim | undefined): boolean;
  /** The version to renew with, 0 before the first. */
  version(): number;
  renewMs(): number;
  close(): void;
}

export interface LeasesOptions {
  /** The lease ran out without being renewed: leave everything. */
  onEnded: () => void;
  /** Monotonic milliseconds: a wall clock may be set. */
  monotonic: () => number;
}

/** Before anybody has said how often. */
const firstRenewMs = 5000;

export function makeLeases({ onEnded, monotonic }: LeasesOptions): Leases {
  let current: GatewayAssignment["lease"];
  let fences = new Map<string, number>();
  let endsAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const isOver = () => monotonic() >= endsAt;
  return {
    take(lease) {
      const before = fences;
      clearTimeout(timer);
      current = lease;
      fences = new Map(lease?.claims.map(({ key, fence }) => [key, fence]));
      endsAt = monotonic() + (lease?.ms ?? 0);
      if (lease && fences.size > 0) timer = setTimeout(onEnded, lease.ms);
      return [...before].some(([key, fence]) => fences.get(key) !== fence);
    },
    hold(platform, connection, channel) {
      if (!current) return { isHeld: true };
      const key = claimKey(platform, connection, channel);
      const fence = fences.get(key);
      return fence === undefined || isOver() ? { isHeld: false } : { isHeld: true, claim: { key, fence } };
    },
    mayActUnder: (claim) =>
      !current || (claim !== undefined && fences.get(claim.key) === claim.fence && !isOver()),
    version: () => current?.version ?? 0,
    renewMs: () => current?.renewMs ?? firstRenewMs,
    close: () => clearTimeout(timer),
  };
}
