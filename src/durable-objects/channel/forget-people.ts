import { parseUserKey } from "#contracts/ids";

/** Tables whose rows hold one event each. */
const eventTables = ["traces", "retries", "dead", "sessions"] as const;

/**
 * Takes people out of a channel's own storage: what they did and why the bot answered, what waits for another try, their
 * sums that were not flushed yet. What is being handled right now is handled; a flush on its way arrives.
 */
export function forgetPeople(sql: SqlStorage, userKeys: readonly string[]): number {
  let count = 0;
  const remove = (from: string, ...values: string[]) => {
    count += sql.exec(`DELETE FROM ${from} RETURNING 1 AS gone`, ...values).toArray().length;
  };
  for (const userKey of userKeys) {
    const account = parseUserKey(userKey);
    if (!account) continue;
    const { platform, userId } = account;
    // First, while their records still say which answers were to them.
    remove(
      `outbox WHERE state IN ('sent', 'unknown', 'failed') AND event_id IN (
         SELECT body ->> 'eventId' FROM traces WHERE event ->> '$.platform' = ? AND event ->> '$.user.id' = ?)`,
      platform,
      userId,
    );
    for (const table of eventTables)
      remove(`${table} WHERE event ->> '$.platform' = ? AND event ->> '$.user.id' = ?`, platform, userId);
    remove("activity WHERE user_key = ?", userKey);
  }
  return count;
}
