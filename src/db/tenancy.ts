/** Has no login: whoever may become it does, for one transaction (docs/decisions/0035). */
export const tenantRole = "waddlebot_tenant";

/** The communities a transaction is about; none where nothing was said. */
const scope = "string_to_array(current_setting('app.community', true), ',')::int[]";
const within = (column: string) => `${column} = ANY (${scope})`;

/** What a community may do with a table; each is an SQL condition on its rows. */
export interface TenantRule {
  /** Rows it sees. */
  read: string;
  /** Rows it may change, and how they may be afterwards. */
  write: string;
}

const own: TenantRule = { read: within("community_id"), write: within("community_id") };
/** Rows without a community are everybody's to read, and no community's to change. */
const shared: TenantRule = { ...own, read: `community_id IS NULL OR ${own.read}` };
const through = (column: string, table: string, key: string): TenantRule => {
  // The other table has a rule of its own, so what is not seen there is not seen here.
  const condition = `${column} IN (SELECT ${key} FROM ${table})`;
  return { read: condition, write: condition };
};

/** Every table with a `community_id` is its community's alone; these are the ones that need another rule. */
export const tenantExceptions: Readonly<Record<string, TenantRule>> = {
  communities: { read: within("id"), write: within("id") },
  commands: shared,
  labels: shared,
  entity_roles: through("entity_id", "servers", "entity_id"),
  command_permissions: through("entity_id", "servers", "entity_id"),
  community_invitation_uses: through("invitation_id", "community_invitations", "id"),
};

/** What stands beside somebody's doings: who they are for the eye, and nothing else of them. */
export const readableColumns: Readonly<Record<string, readonly string[]>> = {
  hub_users: ["id", "username", "display_name"],
  shared_accounts: ["person_id", "user_key"],
};

/** Written and never changed: a community gets no UPDATE and no DELETE (threats row 21). */
export const appendOnlyTables: readonly string[] = ["audit_log"];

export function tenantRuleOf(table: string): TenantRule {
  return (Object.hasOwn(tenantExceptions, table) ? tenantExceptions[table] : undefined) ?? own;
}
