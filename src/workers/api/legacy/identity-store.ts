import { and, asc, eq } from "drizzle-orm";
import type { Database } from "#db/client";
import { hubUsers, platformIdentities } from "#db/schema/identity";

export interface Person {
  userId: number;
  username: string;
  displayName: string;
  identities: { platform: string; platformUserId: string; platformUsername: string }[];
}

/** By the platform's own id, or by the person's name in the hub. Never by a platform's names: those change hands. */
export type PersonKey = { platform: string; platformUserId: string } | { username: string };

/** Undefined for nobody, and for a person who is switched off. */
export async function findPerson(db: Database, key: PersonKey): Promise<Person | undefined> {
  const rows = await db
    .select()
    .from(hubUsers)
    .leftJoin(platformIdentities, eq(platformIdentities.hubUserId, hubUsers.id))
    .where(and(isPerson(db, key), hubUsers.isActive))
    .orderBy(asc(platformIdentities.linkedAt), asc(platformIdentities.id));
  const user = rows[0]?.hub_users;
  if (!user) return undefined;
  return {
    userId: user.id,
    username: user.username,
    displayName: user.displayName,
    identities: rows.flatMap(({ platform_identities: identity }) =>
      identity
        ? [
            {
              platform: identity.platform,
              platformUserId: identity.platformUserId,
              platformUsername: identity.platformUsername,
            },
          ]
        : [],
    ),
  };
}

function isPerson(db: Database, key: PersonKey) {
  if ("username" in key) return eq(hubUsers.username, key.username);
  const { platform, platformUserId, hubUserId } = platformIdentities;
  const isAccount = and(eq(platform, key.platform), eq(platformUserId, key.platformUserId));
  return eq(hubUsers.id, db.select({ id: hubUserId }).from(platformIdentities).where(isAccount));
}
