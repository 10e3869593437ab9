import { and, eq, inArray, or, sql } from "drizzle-orm";
import * as z from "zod";
import type { ConnectionAssignment } from "#contracts/gateway";
import { openDatabase } from "#db/client";
import { globalCommunityId } from "#db/rbac";
import { servers } from "#db/schema/core";
import { gatewayNetworks } from "#db/schema/gateway";
import type { Wishes } from "#durable-objects/gateway-link/wishes";
import type { Log } from "#lib/log";
import { loadNetworks, type NetworkEnv } from "#workers/edge/gateway-networks";

/** Discord: how many shards the bot runs (their number goes into who is on which). */
const settings = z.object({ DISCORD_SHARD_COUNT: z.coerce.number().int().min(1).max(1000).catch(1) });

/** Platforms whose connections are claimed as a whole, while any of their servers is active. */
function wholeConnections(env: object): ReadonlyMap<string, readonly string[]> {
  const { DISCORD_SHARD_COUNT: shards } = settings.parse(env);
  return new Map([
    ["discord", Array.from({ length: shards }, (_, shard) => String(shard))],
    ["slack", ["socket"]],
  ]);
}

/** Every active channel that needs a socket, and the networks to find them on. Throws while the database is away. */
export async function loadWishes(env: NetworkEnv, log: Log): Promise<Wishes> {
  const whole = wholeConnections(env);
  const rows = await openDatabase(env)
    .select({ platform: servers.platform, server: servers.serverId, channel: servers.channel })
    .from(servers)
    .leftJoin(gatewayNetworks, and(eq(servers.platform, "irc"), eq(gatewayNetworks.host, servers.serverId)))
    .where(
      and(
        inArray(servers.platform, ["irc", ...whole.keys()]),
        eq(servers.isActive, true),
        // A community's own network carries its own channels: another's would be under its nick, and at its mercy.
        or(
          sql`coalesce(${gatewayNetworks.communityId}, ${globalCommunityId}) = ${globalCommunityId}`,
          eq(gatewayNetworks.communityId, servers.communityId),
        ),
      ),
    );
  const irc = Map.groupBy(
    rows.filter(({ platform }) => platform === "irc"),
    ({ server }) => server,
  );
  const active = new Set(rows.map(({ platform }) => platform));
  return {
    connections: {
      irc: [...irc].flatMap(([connection, all]): ConnectionAssignment[] => {
        const channels = all.map(({ channel }) => channel).filter((channel) => channel !== null);
        return channels.length > 0 ? [{ connection, channels }] : [];
      }),
      ...Object.fromEntries(
        [...whole]
          .filter(([name]) => active.has(name))
          .map(([name, all]) => [name, all.map((connection) => ({ connection, channels: [] }))]),
      ),
    },
    networks: await loadNetworks(env, log),
  };
}
