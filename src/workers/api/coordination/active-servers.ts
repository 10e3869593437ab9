import { and, asc, eq, gt } from "drizzle-orm";
import * as z from "zod";
import type { FlatFacts, NewEntity } from "#contracts/coordinator";
import { type EntityParts, makeEntityId } from "#contracts/ids";
import type { Database } from "#db/client";
import { servers } from "#db/schema/core";

const pageSize = 1000;

/** Where one connection carries a whole server, the server is what is claimed (10-router §1.5). */
const claimedAsServers: ReadonlySet<string> = new Set(["discord", "slack"]);

type ServerRow = Pick<
  typeof servers.$inferSelect,
  "entityId" | "platform" | "serverId" | "channel" | "config"
>;

/** The active channels of a platform, a page at a time, as what a container can claim. */
export async function* readActiveServers(db: Database, platform: string): AsyncGenerator<NewEntity[]> {
  const { entityId, serverId, channel, config } = servers;
  let last = "";
  for (;;) {
    const rows = await db
      .select({ entityId, platform: servers.platform, serverId, channel, config })
      .from(servers)
      .where(and(eq(servers.platform, platform), servers.isActive, gt(entityId, last)))
      .orderBy(asc(entityId))
      .limit(pageSize);
    const end = rows.at(-1);
    if (!end) return;
    last = end.entityId;
    yield toNewEntities(rows);
  }
}

/** What is claimed of a channel: itself, or the server it belongs to. */
export function claimedEntityId({ platform, server, channel }: EntityParts): string {
  return makeEntityId(claimedAsServers.has(platform) ? { platform, server } : { platform, server, channel });
}

/** Several channels of one Discord or Slack server become one entity. */
export function toNewEntities(rows: readonly ServerRow[]): NewEntity[] {
  const found = rows.map((row) => {
    const isServer = claimedAsServers.has(row.platform);
    const { priority, facts } = readConfig(row.config);
    return {
      entityId: isServer ? makeEntityId({ platform: row.platform, server: row.serverId }) : row.entityId,
      platform: row.platform,
      serverId: row.serverId,
      channelId: isServer ? null : row.channel,
      priority,
      config: isServer ? {} : facts,
    };
  });
  return [...new Map(found.map((entity) => [entity.entityId, entity])).values()];
}

const priorityOf = z.object({ priority: z.int().min(0).max(10_000) });
const scalar = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]);

/** Only what is flat goes along: a collector needs names and numbers, not a community's settings. */
function readConfig(config: unknown): { priority: number; facts: FlatFacts } {
  const all = z.record(z.string(), z.unknown()).safeParse(config).data ?? {};
  const facts = Object.entries(all).flatMap(([key, value]) => {
    const read = scalar.safeParse(value);
    return read.success && key.length > 0 && key.length <= 64 ? [[key, read.data] as const] : [];
  });
  return {
    priority: priorityOf.safeParse(all).data?.priority ?? 100,
    facts: Object.fromEntries(facts.slice(0, 32)),
  };
}
