import { and, asc, eq, sql } from "drizzle-orm";
import type { Database } from "#db/client";
import { aliasCommands } from "#modules/alias/schema";

export interface Alias {
  name: string;
  body: string;
}

export interface NewAlias extends Alias {
  communityId: number;
  commandType: "command" | "text";
  /** User key of whoever added it. */
  createdBy: string;
  idempotencyKey: string;
}

export interface AliasStore {
  /** False when the name is taken. Repeating the key that added it is true again. */
  add(alias: NewAlias): Promise<boolean>;
  /** False when there is none. Repeating the key that removed it is true again. */
  remove(removal: { communityId: number; name: string; key: string }): Promise<boolean>;
  list(communityId: number): Promise<Alias[]>;
  /** The alias, its use counted once for each key; undefined when there is none. */
  use(use: { communityId: number; name: string; key: string }): Promise<Alias | undefined>;
}

/** Every write is one statement that checks and acts at once, so two moderators cannot both win a name. */
export function makeAliasStore(db: Database): AliasStore {
  const table = aliasCommands;
  const named = (communityId: number, name: string) =>
    and(eq(table.communityId, communityId), eq(table.name, name));

  return {
    async add(alias) {
      // A removed alias leaves its row, which the next one of that name takes over with a fresh count.
      const isFree = sql`not ${table.isActive} and ${table.idempotencyKey} <> ${alias.idempotencyKey}`;
      const isRepeat = sql`${table.isActive} and ${table.idempotencyKey} = ${alias.idempotencyKey}`;
      const { body, commandType, createdBy, idempotencyKey } = alias;
      const rows = await db
        .insert(table)
        .values(alias)
        .onConflictDoUpdate({
          target: [table.communityId, table.name],
          set: {
            body,
            commandType,
            createdBy,
            idempotencyKey,
            isActive: true,
            createdAt: sql`case when ${table.isActive} then ${table.createdAt} else now() end`,
            usageCount: sql`case when ${table.isActive} then ${table.usageCount} else 0 end`,
          },
          setWhere: sql`(${isFree}) or (${isRepeat})`,
        })
        .returning({ name: table.name });
      return rows.length > 0;
    },

    async remove({ communityId, name, key }) {
      const rows = await db
        .update(table)
        .set({ isActive: false, removalKey: key })
        .where(
          and(
            named(communityId, name),
            sql`(${table.isActive} or ${table.removalKey} is not distinct from ${key})`,
          ),
        )
        .returning({ name: table.name });
      return rows.length > 0;
    },

    list(communityId) {
      return db
        .select({ name: table.name, body: table.body })
        .from(table)
        .where(and(eq(table.communityId, communityId), table.isActive))
        .orderBy(asc(table.name));
    },

    async use({ communityId, name, key }) {
      const isRepeat = sql`${table.useKey} is not distinct from ${key}`;
      const [row] = await db
        .update(table)
        .set({
          usageCount: sql`${table.usageCount} + case when ${isRepeat} then 0 else 1 end`,
          lastUsedAt: sql`case when ${isRepeat} then ${table.lastUsedAt} else now() end`,
          useKey: key,
        })
        .where(and(named(communityId, name), table.isActive))
        .returning({ name: table.name, body: table.body });
      return row;
    },
  };
}
