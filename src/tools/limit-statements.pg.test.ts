import pg from "pg";
import { expect, test } from "vitest";
import { openTestDatabase } from "#db/testing";
import { limitStatements } from "#tools/limit-statements";

async function ask(url: string, run: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await run(client);
  } finally {
    await client.end();
  }
}

test("DBP statements end after 30 s, waiting for a lock after 10 s, an idle transaction after 5 min", async () => {
  const database = await openTestDatabase();
  try {
    for (let time = 0; time < 2; time += 1) await ask(database.url, limitStatements);
    await ask(database.url, async (client) => {
      const { rows } = await client.query(
        `SELECT name, setting FROM pg_settings WHERE name IN
         ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name`,
      );
      expect(rows).toEqual([
        { name: "idle_in_transaction_session_timeout", setting: "300000" },
        { name: "lock_timeout", setting: "10000" },
        { name: "statement_timeout", setting: "30000" },
      ]);
      await client.query("SET statement_timeout = 50");
      await expect(client.query("SELECT pg_sleep(20)")).rejects.toThrow("statement timeout");
    });
  } finally {
    await database.close();
  }
});
