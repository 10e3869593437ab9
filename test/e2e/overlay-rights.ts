import { sql } from "drizzle-orm";
import type { OverlayStage } from "#test/e2e/overlay-stage";
import { demoId } from "#test/e2e/router-client";
import { makeUserToken } from "#workers/api/access/user-token";

/** The status of each call, made by a new person with this role in the demo community. */
export async function statusesFor(
  { stack, database, ask }: OverlayStage,
  { user, role }: { user: string; role: string },
  calls: readonly (readonly [method: string, path: string])[],
): Promise<number[]> {
  const { rows } = await database.db.execute(sql`
    WITH person AS (INSERT INTO hub_users (username, display_name) VALUES (${user}, ${user}) RETURNING id),
    linked AS (
      INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
      SELECT id, 'twitch', ${user}, ${user} FROM person)
    SELECT id FROM person`);
  const assignments = [{ user_key: `twitch:${user}`, community_id: demoId, role }];
  await ask("/api/v1/rbac/roles/assign", { assignments });
  const owner = { userId: String(rows[0]?.["id"]), username: user, email: `${user}@example.org`, roles: [] };
  const authorization = `Bearer ${await makeUserToken(owner, stack.secrets.jwtSecret)}`;
  const statuses: number[] = [];
  for (const [method, path] of calls) {
    const headers = { authorization, "content-type": "application/json" };
    const body = method === "GET" ? null : "{}";
    statuses.push((await fetch(new URL(path, stack.url), { method, headers, body })).status);
  }
  return statuses;
}
