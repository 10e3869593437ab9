import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";
import { hubUsers } from "#db/schema/identity";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const at = (name: string) => moment(name).notNull().defaultNow();
const person = () => integer("hub_user_id").references(() => hubUsers.id, { onDelete: "cascade" });

/** Who is signed in where. The id is the SHA-256 of what the browser holds; without its row a session is dead at once. */
export const hubSessions = pgTable(
  "hub_sessions",
  {
    id: text().primaryKey(),
    hubUserId: person().notNull(),
    userAgent: text("user_agent"),
    createdAt: at("created_at"),
    endsAt: moment("ends_at").notNull(),
  },
  (table) => [index("hub_sessions_person").on(table.hubUserId), index("hub_sessions_end").on(table.endsAt)],
);

/** People who are at a platform's page just now, for ten minutes. States and what the browser holds as SHA-256 only. */
export const hubSignIns = pgTable(
  "hub_sign_ins",
  {
    stateHash: text("state_hash").primaryKey(),
    browserHash: text("browser_hash").notNull(),
    provider: text().notNull(),
    /** Set when a signed-in person links the account; null to sign in. */
    hubUserId: person(),
    codeVerifier: text("code_verifier"),
    returnPath: text("return_path").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [index("hub_sign_ins_end").on(table.expiresAt)],
);

/** One password a person, as scrypt text; empty once a given one was used and no other chosen yet. */
export const hubPasswords = pgTable("hub_passwords", {
  hubUserId: person().primaryKey(),
  hash: text().notNull(),
  /** Given by somebody else: good for one sign-in, which must choose another. */
  mustChange: boolean("must_change").notNull().default(false),
  /** When a given one dies. */
  expiresAt: moment("expires_at"),
  changedAt: at("changed_at"),
});

/** Second factors (RFC 6238). The secret is sealed with a key of the API. */
export const hubTotp = pgTable(
  "hub_totp",
  {
    hubUserId: person().primaryKey(),
    secret: text().notNull(),
    /** Null until its first code was shown. */
    confirmedAt: moment("confirmed_at"),
    /** The latest step whose code was used: no code works twice. */
    lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
  },
  (table) => [check("hub_totp_step", sql`${table.lastStep} >= 0`)],
);

/** New accounts that wait for their mail to be answered, for 24 hours; nothing of them exists before. */
export const hubRegistrations = pgTable(
  "hub_registrations",
  {
    tokenHash: text("token_hash").primaryKey(),
    email: text().notNull(),
    displayName: text("display_name").notNull(),
    passwordHash: text("password_hash").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [index("hub_registrations_end").on(table.expiresAt)],
);

/** Ways back in for who forgot the password, by mail, for an hour and one use. */
export const hubPasswordResets = pgTable(
  "hub_password_resets",
  {
    tokenHash: text("token_hash").primaryKey(),
    hubUserId: person().notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [
    index("hub_password_resets_person").on(table.hubUserId),
    index("hub_password_resets_end").on(table.expiresAt),
  ],
);

/** What opens the second factor when the device is gone, each once. 80 random bits, as SHA-256. */
export const hubRecoveryCodes = pgTable(
  "hub_recovery_codes",
  { hubUserId: person().notNull(), codeHash: text("code_hash").notNull() },
  (table) => [primaryKey({ columns: [table.hubUserId, table.codeHash] })],
);

/** Who was given a login for a community's pages by its owner (40-core §1.32). */
export const portalAccess = pgTable(
  "portal_access",
  {
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    hubUserId: person().notNull(),
    addedAt: at("added_at"),
  },
  (table) => [
    primaryKey({ columns: [table.communityId, table.hubUserId] }),
    index("portal_access_person").on(table.hubUserId),
  ],
);
