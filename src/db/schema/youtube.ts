import { pgTable, text, timestamp } from "drizzle-orm/pg-core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Channels whose hub tells us of new videos. A lease ends by itself and is asked for again before. */
export const websubLeases = pgTable("websub_leases", {
  /** YouTube's id of the channel. */
  channelId: text("channel_id").primaryKey(),
  askedAt: moment("asked_at").notNull().defaultNow(),
  /** Null until the hub confirmed. */
  endsAt: moment("ends_at"),
  /** Why the last request failed, in words; null when it did not. */
  problem: text(),
});
