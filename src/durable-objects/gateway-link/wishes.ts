import * as z from "zod";
import type { ConnectionAssignment, GatewayAssignment, IrcNetworkConfig } from "#contracts/gateway";
import { claimKey, connectionAssignment } from "#contracts/gateway";
import { platformName } from "#contracts/platform-name";

/** Everything there is to be connected to, whichever gateway does it. */
export interface Wishes {
  /** By platform. A connection without channels is claimed as a whole, else each of its channels. */
  connections: Readonly<Record<string, readonly ConnectionAssignment[]>>;
  /** With their passwords in the clear: kept in memory only. Absent while the database is away. */
  networks?: readonly IrcNetworkConfig[];
}

/** What of the wishes is kept on disk. */
export const storedConnections = z.record(platformName, z.array(connectionAssignment));

/** What has to be claimed on one platform. */
export function keysOf(platform: string, connections: readonly ConnectionAssignment[] = []): string[] {
  return connections.flatMap(({ connection, channels }) =>
    channels.length === 0
      ? [claimKey(platform, connection)]
      : channels.map((channel) => claimKey(platform, connection, channel)),
  );
}

/** The part of the wishes that is held. */
export function assignHeld(
  { connections, networks }: Wishes,
  isHeld: (key: string) => boolean,
): Pick<GatewayAssignment, "irc" | "others" | "networks"> {
  const held = Object.entries(connections).map(
    ([platform, all]) => [platform, heldConnections(platform, all, isHeld)] as const,
  );
  const { irc = [], ...others } = Object.fromEntries(held);
  const wanted = new Set(irc.map(({ connection }) => connection));
  return {
    irc,
    others,
    // A gateway hears the passwords of the networks it is to be on, and of no other.
    ...(networks && { networks: networks.filter(({ host }) => wanted.has(host)) }),
  };
}

function heldConnections(
  platform: string,
  connections: readonly ConnectionAssignment[],
  isHeld: (key: string) => boolean,
): ConnectionAssignment[] {
  return connections.flatMap(({ connection, channels }) => {
    if (channels.length === 0)
      return isHeld(claimKey(platform, connection)) ? [{ connection, channels: [] }] : [];
    const held = channels.filter((channel) => isHeld(claimKey(platform, connection, channel)));
    return held.length > 0 ? [{ connection, channels: held }] : [];
  });
}
