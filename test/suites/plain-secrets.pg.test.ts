import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { openTestDatabase } from "#db/testing";
import { findPlainSecrets, secretsIn } from "#test/suites/plain-secrets";

test("a secret is found wherever it stands in the database, by its text, its base64 or its shape", async () => {
  const database = await openTestDatabase();
  try {
    expect(await findPlainSecrets(database.db, ["hunter2-hunter2"])).toEqual([]);
    const key = `wb_live_${"a".repeat(12)}_${"b".repeat(43)}`;
    await database.db.execute(sql`
      INSERT INTO audit_log (actor, action, resource_type, resource_id, after)
      VALUES ('a', 'b', 'c', 'd', ${JSON.stringify({ password: "hunter2-hunter2" })}::jsonb)`);
    await database.db.execute(
      sql`INSERT INTO hub_users (username, display_name) VALUES (${btoa("other-canary")}, ${key})`,
    );
    const found = await findPlainSecrets(database.db, ["hunter2-hunter2", "other-canary"]);
    expect(found).toEqual([
      { table: "public.audit_log", what: "canary 0" },
      { table: "public.hub_users", what: "canary 1" },
      { table: "public.hub_users", what: "an API key" },
    ]);
    expect(secretsIn(`{"key":"${key}"}`)).toEqual([key]);
    const token = "4f1c9b2e7d".repeat(3);
    expect(
      secretsIn(`{"token":"${token}","code":"ERROR_404","error":{"code":"not_found_anywhere_here"}}`),
    ).toEqual([token]);
    await expect(findPlainSecrets(database.db, ["abc"])).rejects.toThrow("short");
  } finally {
    await database.close();
  }
});
