import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" }).notNull().defaultNow();
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const communityId = () =>
  integer("community_id")
    .notNull()
    .references(() => communities.id);

/** Ways into a community for whoever knows the code, of which only the SHA-256 is kept. */
export const communityInvitations = pgTable(
  "community_invitations",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    communityId: communityId(),
    codeHash: text("code_hash").notNull().unique(),
    maxUses: integer("max_uses").notNull(),
    uses: integer().notNull().default(0),
    expiresAt: moment("expires_at").notNull(),
    revokedAt: moment("revoked_at"),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at"),
  },
  (table) => [
    index("community_invitations_community").on(table.communityId, table.id),
    check("community_invitations_uses", sql`${table.uses} BETWEEN 0 AND ${table.maxUses}`),
  ],
);

/** Who came in by which invitation: one person once each, whatever became of them since. */
export const communityInvitationUses = pgTable(
  "community_invitation_uses",
  {
    invitationId: integer("invitation_id")
      .notNull()
      .references(() => communityInvitations.id, { onDelete: "cascade" }),
    userKey: text("user_key").notNull(),
    usedAt: at("used_at"),
  },
  (table) => [primaryKey({ columns: [table.invitationId, table.userKey] })],
);

/** People who asked to be let in. */
export const communityJoinRequests = pgTable(
  "community_join_requests",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    communityId: communityId(),
    userKey: text("user_key").notNull(),
    message: text().notNull().default(""),
    status: text().notNull().default("pending"),
    decidedBy: text("decided_by"),
    decidedAt: moment("decided_at"),
    createdAt: at("created_at"),
  },
  (table) => [
    uniqueIndex("community_join_requests_waiting")
      .on(table.communityId, table.userKey)
      .where(sql`status = 'pending'`),
    index("community_join_requests_community").on(table.communityId, table.status, table.id),
    check("community_join_requests_status", sql`${table.status} IN ('pending', 'approved', 'rejected')`),
  ],
);
