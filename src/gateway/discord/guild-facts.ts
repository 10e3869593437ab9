import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";

const rolePermissions = z.record(z.string(), z.string());

/** What a message does not say about its author. */
export interface Standing {
  isOwner: boolean;
  /** Bits over all the guild's roles the member holds, decimal; what a channel takes or gives extra is not in it. */
  permissions: string;
}

/** Who owns a guild and what its roles may do. Kept on disk: Discord tells it in GUILD_CREATE, a resume does not repeat it. */
export interface GuildFacts {
  set(guildId: string, facts: { ownerId?: string | undefined; roles?: Roles | undefined }): void;
  setRole(guildId: string, roleId: string, permissions: string | undefined): void;
  forget(guildId: string): void;
  /** Undefined for a guild nobody has told us of. */
  standing(guildId: string, userId: string, roleIds: readonly string[]): Standing | undefined;
}
type Roles = readonly { id: string; permissions: string }[];

export function makeGuildFacts(database: DatabaseSync): GuildFacts {
  database.exec(
    "CREATE TABLE IF NOT EXISTS discord_guilds (id TEXT PRIMARY KEY, owner_id TEXT NOT NULL, roles TEXT NOT NULL) WITHOUT ROWID",
  );
  const save = database.prepare(
    "INSERT INTO discord_guilds VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, roles = excluded.roles",
  );
  const remove = database.prepare("DELETE FROM discord_guilds WHERE id = ?");
  const known = new Map<string, { ownerId: string; roles: Record<string, string> }>();
  for (const row of database.prepare("SELECT id, owner_id, roles FROM discord_guilds").iterate()) {
    const roles = rolePermissions.parse(JSON.parse(String(row["roles"])));
    known.set(String(row["id"]), { ownerId: String(row["owner_id"]), roles });
  }

  function write(guildId: string, facts: { ownerId: string; roles: Record<string, string> }): void {
    known.set(guildId, facts);
    save.run(guildId, facts.ownerId, JSON.stringify(facts.roles));
  }

  return {
    set(guildId, { ownerId, roles }) {
      const before = known.get(guildId) ?? { ownerId: "", roles: {} };
      const byId = roles && Object.fromEntries(roles.map(({ id, permissions }) => [id, permissions]));
      write(guildId, { ownerId: ownerId ?? before.ownerId, roles: byId ?? before.roles });
    },
    setRole(guildId, roleId, permissions) {
      const facts = known.get(guildId);
      if (!facts) return;
      const { [roleId]: _, ...others } = facts.roles;
      const roles = permissions === undefined ? others : { ...others, [roleId]: permissions };
      write(guildId, { ...facts, roles });
    },
    forget(guildId) {
      known.delete(guildId);
      remove.run(guildId);
    },
    standing(guildId, userId, roleIds) {
      const facts = known.get(guildId);
      if (!facts) return undefined;
      // The role @everyone has the guild's own id.
      const held = [guildId, ...roleIds].map((id) =>
        BigInt(Object.hasOwn(facts.roles, id) ? (facts.roles[id] ?? "0") : "0"),
      );
      const permissions = held.reduce((sum, bits) => sum | bits, 0n);
      return { isOwner: facts.ownerId === userId, permissions: String(permissions) };
    },
  };
}
