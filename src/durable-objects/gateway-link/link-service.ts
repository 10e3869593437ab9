import type { Egress } from "#contracts/egress";
import type { PlatformEvent } from "#contracts/event";
import type { ConnectionReport, GatewayClaim, GatewayFrame } from "#contracts/gateway";
import type { MessageSink } from "#contracts/sender";
import type { LeaseShards } from "#durable-objects/gateway-link/lease-book";
import type { Wishes } from "#durable-objects/gateway-link/wishes";
import type { Log } from "#lib/log";

export interface GatewayLinkDeps<Env> {
  /** Chooses the platform's own parser; given from above, because an object knows no platform. */
  parseFrame: (frame: GatewayFrame, env: Env) => PlatformEvent[];
  /** Stores events in their channel; returns once they are durable. */
  accept: (env: Env, entityId: string, events: PlatformEvent[]) => Promise<unknown>;
  /** Reads what there is to be connected to; throws while it cannot be read. */
  wishes: (env: Env, log: Log) => Promise<Wishes>;
  /** The coordinator of a platform. */
  shards: (env: Env, platform: string) => LeaseShards;
  /** A gateway that lost its socket may come back within this time and finds everything as it was. Default 10 s. */
  graceMs?: () => number;
  log: Log;
}

export interface GatewayStatus {
  connected: boolean;
  lastSeq: number;
  /** Epoch milliseconds. */
  lastEventAt: number | null;
  /** What it may hear and say now. */
  holds: GatewayClaim[];
  /** Events acknowledged and not yet in their channels. */
  waiting: number;
  /** As the gateway told with its last renewal; null before the first and while it is away. */
  report: { at: number; connections: readonly ConnectionReport[] } | null;
}

/** What the rest of the edge calls. */
export interface GatewayLinkService extends Pick<MessageSink, "send"> {
  /** One call from the gateway's address, for when a platform bans the edge's. */
  egress: Egress;
  /** Something about channels or networks changed: the gateway is told now and not with the next renewal. */
  refresh(): Promise<void>;
  status(): Promise<GatewayStatus>;
}
