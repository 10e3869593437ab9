import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, real, text, timestamp } from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

/** IRC networks the gateway can be on (contracts/gateway.ts `ircNetwork`). Passwords are ciphertexts bound to their row and column. */
export const gatewayNetworks = pgTable(
  "gateway_networks",
  {
    /** The name of the connection; channels name it as their server. */
    host: text().primaryKey(),
    port: integer().notNull(),
    tls: boolean().notNull().default(true),
    /** Certificates (PEM) trusted instead of the public ones. */
    ca: text(),
    nick: text().notNull(),
    flavour: text().notNull().default("irc"),
    /** Null: always on. Else the channels are visited this often. */
    pollSeconds: integer("poll_seconds"),
    burstLines: integer("burst_lines").notNull().default(5),
    linesPerSecond: real("lines_per_second").notNull().default(0.5),
    saslAccount: text("sasl_account"),
    saslPasswordEnc: text("sasl_password_enc"),
    /** The server's own password, or Twitch's token. */
    passwordEnc: text("password_enc"),
    isActive: boolean("is_active").notNull().default(true),
    /** Whose it is, and whose channels alone are on it; null for one of the whole house. */
    communityId: integer("community_id").references(() => communities.id),
    /** Written by whoever runs the house, so it may be at a private address. */
    isTrusted: boolean("is_trusted").notNull().default(true),
    /** Rises with every change; its ETag. */
    version: integer().notNull().default(1),
    updatedAt: timestamp("updated_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
  },
  (table) => [
    index("gateway_networks_community").on(table.communityId),
    check("gateway_networks_flavour", sql`${table.flavour} in ('irc', 'twitch')`),
    check("gateway_networks_sasl", sql`(${table.saslAccount} is null) = (${table.saslPasswordEnc} is null)`),
  ],
);
