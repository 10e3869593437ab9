import type { Outcome } from "#contracts/outcome";

/** `error` is not handed out until it is reset; the others are, when nobody holds them. */
export type CoordinationStatus = "available" | "live" | "offline" | "error";

/** Facts a container may keep with an entity. Flat, so that they cross every border as they are. */
export type FlatFacts = Record<string, string | number | boolean | null>;

/** One channel (on Discord and Slack one whole server) that one container may work on. Times are epoch milliseconds. */
export interface CoordinatedEntity {
  entityId: string;
  platform: string;
  serverId: string;
  channelId: string | null;
  claimedBy: string | null;
  claimedAt: number | null;
  status: CoordinationStatus;
  isLive: boolean;
  liveSince: number | null;
  viewerCount: number;
  lastActivity: number | null;
  /** When its holder last told anything about it. */
  lastCheck: number | null;
  lastCheckin: number | null;
  claimExpires: number | null;
  heartbeatIntervalSeconds: number;
  errorCount: number;
  lastError: string | null;
  metadata: FlatFacts;
  /** Lower first. */
  priority: number;
  /** Always 1: a claim is exclusive (CRD-1). */
  maxContainers: number;
  config: FlatFacts;
  /** Rises with every claim; whoever shows an older number no longer holds the entity. */
  fencing: number;
}

export interface ClaimWish {
  containerId: string;
  maxClaims: number;
  prioritizeLive: boolean;
}

interface Report {
  containerId: string;
  entityId: string;
  /** When given, it must be the current one. */
  fencing?: number | undefined;
}
export interface StatusReport extends Report {
  isLive?: boolean | undefined;
  viewerCount?: number | undefined;
  /** Replaces what was kept. */
  metadata?: FlatFacts | undefined;
  hasActivity?: boolean | undefined;
}
export interface ErrorReport extends Report {
  message: string;
}

export interface EntityFilter {
  status?: CoordinationStatus | undefined;
  claimedBy?: string | undefined;
  isLive?: boolean | undefined;
  limit: number;
}

export interface CoordinationCounts {
  total: number;
  claimed: number;
  /** Free to be claimed now. */
  available: number;
  live: number;
  error: number;
  /** Claims by container. */
  containers: Record<string, number>;
}

/** What `populate` adds when it is not there yet. */
export type NewEntity = Pick<
  CoordinatedEntity,
  "entityId" | "platform" | "serverId" | "channelId" | "priority" | "config"
>;

/** Who works on what, for one platform (10-router §1.5). Every call first lets go of claims that ran out. */
export interface CoordinatorService {
  claim(wish: ClaimWish): Promise<CoordinatedEntity[]>;
  /** Without ids: everything the container holds. Returns the ids it let go. */
  release(containerId: string, entityIds?: readonly string[]): Promise<string[]>;
  /** The only call that keeps claims beyond six minutes. Returns what is still held. */
  checkin(containerId: string): Promise<CoordinatedEntity[]>;
  heartbeat(containerId: string, extendClaims: boolean): Promise<CoordinatedEntity[]>;
  /** `not_found`, or `conflict` when the container does not hold the entity (any more). */
  status(report: StatusReport): Promise<Outcome<CoordinatedEntity>>;
  error(report: ErrorReport): Promise<Outcome<CoordinatedEntity>>;
  releaseOffline(containerId: string): Promise<{ released: string[]; claimed: CoordinatedEntity[] }>;
  stats(): Promise<CoordinationCounts>;
  entities(filter: EntityFilter): Promise<CoordinatedEntity[]>;
  /** Returns how many were new, and how many were taken out of `error`. */
  populate(rows: readonly NewEntity[], resetErrors: boolean): Promise<{ added: number; reset: number }>;
  /** False for any number but that of the claim that holds now. */
  validateFence(entityId: string, fencing: number): Promise<boolean>;
}

/** A lock on one channel, at most 60 s unless it is renewed. */
export interface ChannelLock {
  fencing: number;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface Assignments {
  /** Rises with every change of the ring. */
  generation: number;
  /** Channels the ring gives to the node. */
  own: string[];
  /** Channels the node has locked that belong to another now: finish, then unlock. */
  drain: string[];
}

export interface ShardStats {
  generation: number;
  channels: number;
  nodes: { node: string; assigned: number; locked: number }[];
  /** Channels locked by a node that the ring gave to another. */
  draining: number;
  /** The last change of the ring. */
  lastRebalance: { at: number; moved: number; channels: number } | null;
}

/** What a node of a ring would hold, all nodes together. */
export interface ShareWish {
  /** Everything there is to be held, whoever holds it: the ring says whose each is. */
  keys: readonly string[];
  /** What the node was told to leave and has left. */
  left: readonly string[];
}

/** What a node holds after a renewal. */
export interface Share {
  held: { key: string; fencing: number }[];
  /** Held, but now another's or nobody's: leave it, then name it as left. */
  drain: string[];
  /** False while something is still on its way from one node to another. */
  isSettled: boolean;
}

/** Ring and locks for the poll, IRC and gateway workers of one platform (60-infrastructure §1.55). */
/** What a gateway tells of a time nobody listened; `lastHeardAt` is when its socket before this one ended. */
export interface ToldGap {
  id: string;
  /** The connection's claim key (`discord:0`, `irc:<host>`). */
  key: string;
  node: string;
  from: number | null;
  to: number;
  lastHeardAt: number | null;
}

/** A time nobody listened on a connection. Epoch milliseconds. */
export interface ListeningGap {
  id: string;
  connection: string;
  /** Who listens since. */
  node: string;
  from: number;
  to: number;
}

export interface ShardService {
  /** Joining again says that the node lives; one not heard of for 60 s leaves the ring by itself. */
  joinRing(node: string): Promise<{ generation: number }>;
  /** Gives the node's locks back, too. */
  leaveRing(node: string): Promise<{ generation: number }>;
  /** Takes or renews. Refused with `conflict` and the rest of the time while another node holds it. */
  lock(channel: string, node: string): Promise<Outcome<ChannelLock>>;
  /** False when the node no longer held it. */
  unlock(channel: string, node: string, fencing: number): Promise<boolean>;
  validateLock(channel: string, fencing: number): Promise<boolean>;
  assignments(node: string): Promise<Assignments>;
  /**
   * Joins, gives back, takes and renews in one call, for a node that says every few seconds that it lives. What it holds
   * is its own for 60 s from here, as `leaveRing` or the next call does not end it earlier.
   */
  share(node: string, wish: ShareWish): Promise<Share>;
  /** Who holds it now, and under which number. */
  holderOf(key: string): Promise<{ node: string; fencing: number } | undefined>;
  /** Takes nodes out that were not heard of, and says how things stand. */
  rebalance(): Promise<ShardStats>;
  /** The nodes of the ring, heard of in the last minute. */
  nodes(): Promise<string[]>;
  noteGap(gap: ToldGap): Promise<void>;
  /** The latest first. */
  gaps(limit: number): Promise<ListeningGap[]>;
}
