import type { Share, ShareWish, ToldGap } from "#contracts/coordinator";
import type { GatewayAssignment, GatewayClaim, GatewayUp } from "#contracts/gateway";
import type { Holds } from "#durable-objects/gateway-link/holds";
import { assignHeld, keysOf, type Wishes } from "#durable-objects/gateway-link/wishes";

/** What of a coordinator a lease needs. */
export interface LeaseShards {
  share(node: string, wish: ShareWish): Promise<Share>;
  leaveRing(node: string): Promise<unknown>;
  noteGap(gap: ToldGap): Promise<unknown>;
}

/** The coordinator lets go of who was silent for 60 s; what is on its way must be over by then. */
export const leaseMs = 50_000;
const steadyMs = 10_000;
/** While channels move from one gateway to another. */
const movingMs = 1000;

export interface LeaseBookDeps {
  /** The gateway's id, by which the coordinator knows it and others find this object. */
  node: () => string;
  holds: Holds;
  shards: (platform: string) => LeaseShards;
  wishes: () => Promise<Wishes>;
  now: () => number;
}

export interface Renewal {
  assignment: GatewayAssignment;
  /** Until when what is held may be acted on. Epoch milliseconds. */
  leaseUntil: number;
}

/** What one gateway holds, on its behalf: it only has to say that it lives and what it has carried out. */
export class LeaseBook {
  #deps: LeaseBookDeps;
  #version = 0;
  /** What the last versions told it to leave, by platform; given back once it says that it did. */
  #leaving: { version: number; keys: Map<string, string[]> } = { version: 0, keys: new Map() };

  constructor(deps: LeaseBookDeps) {
    this.#deps = deps;
  }

  async renew(
    { version, platforms }: Extract<GatewayUp, { type: "renew" }>,
    endedBefore: number,
  ): Promise<Renewal> {
    const { node, holds, shards, now } = this.#deps;
    const wishes = await this.#deps.wishes();
    const hasLeft = version >= this.#leaving.version;
    const askedAt = now();
    const shares = await Promise.all(
      platforms.map(async (platform) => {
        const left = hasLeft ? (this.#leaving.keys.get(platform) ?? []) : [];
        const keys = keysOf(platform, wishes.connections[platform]);
        return [platform, await shards(platform).share(node(), { keys, left })] as const;
      }),
    );
    const claims: GatewayClaim[] = shares.flatMap(([, { held }]) =>
      held.map(({ key, fencing }) => ({ key, fence: fencing })),
    );
    // What was taken from us is over since the lease before ran out, what we leave since now: whichever is earlier.
    const isChanged = holds.replace(claims, Math.min(askedAt, endedBefore));
    const drains = new Map(shares.map(([platform, { drain }]) => [platform, drain]));
    const isMoving = shares.some(([, { isSettled }]) => !isSettled);
    this.#version = Math.max(this.#version, version, 0) + Number(isChanged || this.#version === 0);
    if (hasLeft || isChanged) this.#leaving = { version: this.#version, keys: drains };
    const held = new Set(claims.map(({ key }) => key));
    return {
      assignment: {
        type: "assignment",
        ...assignHeld(wishes, (key) => held.has(key)),
        lease: {
          version: this.#version,
          ms: leaseMs,
          renewMs: isMoving ? movingMs : steadyMs,
          claims,
        },
      },
      leaseUntil: askedAt + leaseMs,
    };
  }

  /** The gateway is gone: what it held is free at once. */
  async leave(platforms: readonly string[]): Promise<void> {
    const { node, holds, shards, now } = this.#deps;
    holds.replace([], now());
    await Promise.all(platforms.map((platform) => shards(platform).leaveRing(node())));
  }
}
