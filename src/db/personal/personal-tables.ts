/**
 * What is done with a person's rows when they are deleted. `keys` are their accounts as user keys, `ids` the same without
 * the platform, `people` their numbers, `names` keys and numbers as text; all are arrays.
 */
export type PersonalTable =
  | { care: "delete"; of: string; secret?: readonly string[] }
  /** The row is somebody else's too: who it was is taken out of it. */
  | { care: "anonymise"; of: string; set: string }
  | { care: "keep"; why: string };

const byKey: PersonalTable = { care: "delete", of: "user_key = ANY (keys)" };
/** Rows of the person's own that go with their row in `hub_users`. */
const own = (...secret: string[]): PersonalTable => ({
  care: "delete",
  of: "hub_user_id = ANY (people)",
  secret,
});
const madeBy = (column: string, set = `${column} = 'deleted'`): PersonalTable => ({
  care: "anonymise",
  of: `${column} = ANY (names)`,
  set,
});

/** Every table that speaks of people, in the order in which they are seen to. A test compares it with the database. */
export const personalTables: Readonly<Record<string, PersonalTable>> = {
  community_memberships: byKey,
  community_rbac: byKey,
  entity_roles: byKey,
  community_activity: byKey,
  community_contexts: byKey,
  community_invitation_uses: byKey,
  community_join_requests: byKey,
  reputation_scores: byKey,
  reputation_events: byKey,
  reputation_bans: byKey,
  legacy_reputation_events: byKey,
  entity_group_members: byKey,
  member_notes: { care: "delete", of: "user_key = ANY (keys) OR created_by = ANY (names)" },
  entity_labels: { care: "delete", of: "entity_type = 'user' AND entity_id = ANY (names)" },
  platform_activities: byKey,
  platform_events: {
    care: "delete",
    of: "platform || ':' || replace(replace(platform_ids ->> 'user', '%', '%25'), ':', '%3A') = ANY (keys)",
  },
  command_executions: madeBy("user_key"),
  memories_quotes: {
    care: "anonymise",
    of: "added_by = ANY (names || ids) OR deleted_by = ANY (names || ids)",
    set: "added_by = CASE WHEN added_by = ANY (names || ids) THEN 'deleted' ELSE added_by END, deleted_by = CASE WHEN deleted_by = ANY (names || ids) THEN 'deleted' ELSE deleted_by END",
  },
  alias_commands: { care: "anonymise", of: "created_by = ANY (names || ids)", set: "created_by = 'deleted'" },
  communities: madeBy("created_by"),
  community_invitations: madeBy("created_by"),
  labels: madeBy("created_by"),
  entity_groups: madeBy("created_by"),
  outgoing_webhooks: madeBy("created_by"),
  overlay_tokens: madeBy("created_by"),
  overlay_themes: madeBy("updated_by"),
  string_rules: madeBy("created_by"),
  servers: madeBy("owner"),
  gateway_activations: madeBy("activated_by"),
  timers: {
    care: "anonymise",
    of: "created_by = ANY (names) OR makers && keys",
    set: "created_by = CASE WHEN created_by = ANY (names) THEN 'deleted' ELSE created_by END, makers = (SELECT coalesce(array_agg(m), '{}') FROM unnest(makers) m WHERE m <> ALL (keys)), is_enabled = is_enabled AND NOT makers && keys",
  },
  config_versions: madeBy("actor"),
  oauth_states: {
    care: "delete",
    of: "principal = ANY (names)",
    secret: ["state_hash", "browser_hash", "code_verifier"],
  },
  api_keys: madeBy("created_by"),
  platform_identities: own(),
  hub_sessions: own("id"),
  hub_sign_ins: own("state_hash", "browser_hash", "code_verifier"),
  hub_passwords: own("hash"),
  hub_totp: own("secret"),
  user_api_keys: own("key_hash"),
  hub_merge_codes: own("code_hash"),
  link_codes: own("code_hash"),
  hub_user_aliases: { care: "delete", of: "from_user_id = ANY (people) OR to_user_id = ANY (people)" },
  hub_registrations: {
    care: "keep",
    why: "waits for a mail to be answered, is nobody's yet, and goes after a day",
  },
  hub_users: { care: "delete", of: "id = ANY (people)" },
  audit_log: {
    care: "keep",
    why: "who did what must stay provable: nobody may change it. It names numbers of accounts and people, which lead to nobody any more, and no names",
  },
  kong_admin_users: { care: "keep", why: "super admins of the broker are looked after by each other" },
  kong_admin_sessions: { care: "keep", why: "as their super admins" },
  kong_admin_audit_log: { care: "keep", why: "as the audit log" },
  kong_consumer_backup: { care: "keep", why: "as their super admins" },
  hub_deletions: { care: "keep", why: "the receipt itself; without accounts once it is done" },
  oauth_tokens: {
    care: "keep",
    why: "a channel's consent is the community's connection; its owner ends it under Connections or at the platform",
  },
};

/** What is not in Postgres, and what becomes of it. */
export const personalObjects: Readonly<Record<string, string>> = {
  member_chat: "what the person wrote in their communities' own chats",
  channels: "records, waiting events, sessions and sums of the person in the channels of their communities",
};

/** Elsewhere for a while: each is overwritten or thrown away by itself. */
export const keptForAWhile: Readonly<Record<string, string>> = {
  overlays: "the last 500 things shown on a community's overlay, overwritten by the next",
  webhooks: "copies on their way to addresses a community named: 26 hours, letters given up 30 days",
  figures: "sums without people",
};
