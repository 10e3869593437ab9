/** How long rows of a table that only ever grows are kept. */
export interface Retention {
  table: string;
  /** When a row happened, or when it was over; indexed, unless a community has few of these rows. */
  moment: string;
  keptDays: number;
  /** Only these rows; an SQL condition. */
  only?: string;
}

/**
 * Everything that is written down and goes again (80-details: raw for 30 days, what came of it for 365). What is in no line here
 * is bounded by itself, or kept for good: the audit logs, whose chains have no gaps, and versions of the configuration, which
 * can be taken back.
 */
export const retentions: readonly Retention[] = [
  { table: "platform_events", moment: "created_at", keptDays: 30 },
  { table: "platform_activities", moment: "created_at", keptDays: 365 },
  { table: "command_executions", moment: "executed_at", keptDays: 365 },
  { table: "module_responses", moment: "created_at", keptDays: 30 },
  // A channel tries a flush again for hours; a month later nobody asks whether it came.
  { table: "activity_flushes", moment: "flushed_at", keptDays: 30 },
  // Scores and points are sums of their own; a key that comes again after a year counts again.
  { table: "reputation_events", moment: "occurred_at", keptDays: 365 },
  { table: "legacy_reputation_events", moment: "created_at", keptDays: 365 },
  { table: "reputation_bans", moment: "created_at", keptDays: 365, only: "is_settled" },
  { table: "community_join_requests", moment: "decided_at", keptDays: 365, only: "status <> 'pending'" },
  // With who used them; a code that is over lets nobody in, so nobody can use it twice.
  { table: "community_invitations", moment: "expires_at", keptDays: 365 },
  { table: "community_contexts", moment: "expires_at", keptDays: 1 },
  { table: "hub_sessions", moment: "ends_at", keptDays: 1 },
  { table: "hub_sign_ins", moment: "expires_at", keptDays: 1 },
  { table: "hub_registrations", moment: "expires_at", keptDays: 1 },
  { table: "hub_password_resets", moment: "expires_at", keptDays: 1 },
  { table: "oauth_states", moment: "expires_at", keptDays: 1 },
  { table: "kong_admin_sessions", moment: "expires_at", keptDays: 30 },
];
