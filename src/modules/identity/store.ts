import { sql } from "drizzle-orm";
import * as z from "zod";
import { linkAccount, listIdentities, unlinkAccount } from "#db/account-links";
import type { AuditActor } from "#db/audit";
import type { Database } from "#db/client";
import {
  type Asked,
  askForLink,
  type Checked,
  checkLinkCode,
  type FoundAccount,
  findAccount,
  type LinkWish,
  listWishes,
  type WhisperPlatform,
} from "#db/link-codes";

export interface Linked {
  id: number;
  platform: string;
}

/** Who is who, as far as chat asks. */
export interface PeopleStore {
  /** The person whose account this is; undefined when nobody has shown that it is theirs. */
  personOf(platform: string, platformUserId: string): Promise<number | undefined>;
  accountsOf(userId: number): Promise<Linked[]>;
  /** Where a code was asked for and is not settled. */
  openWishes(userId: number): Promise<string[]>;
  find(platform: WhisperPlatform, named: string): Promise<FoundAccount | "many" | undefined>;
  ask(wish: LinkWish, by: AuditActor): Promise<Asked>;
  check(from: { platform: string; platformUserId: string; typed: string }): Promise<Checked>;
  link(
    account: { userId: number; platform: string; platformUserId: string; platformUsername: string },
    by: AuditActor,
  ): Promise<"linked" | "again" | "taken">;
  unlink(which: { userId: number; id: number }, by: AuditActor): Promise<"unlinked" | "last" | "missing">;
}

export function makePeopleStore(db: Database): PeopleStore {
  return {
    async personOf(platform, platformUserId) {
      const { rows } = await db.execute(sql`
        SELECT p.hub_user_id AS id FROM platform_identities p JOIN hub_users u ON u.id = p.hub_user_id AND u.is_active
        WHERE p.platform = ${platform} AND p.platform_user_id = ${platformUserId}`);
      return z.array(z.object({ id: z.int() })).parse(rows)[0]?.id;
    },
    accountsOf: async (userId) =>
      (await listIdentities(db, userId)).filter(({ platform }) => platform !== "hub"),
    openWishes: async (userId) =>
      (await listWishes(db, userId))
        .filter(({ status }) => status === "sent" || status === "wanted")
        .map(({ platform }) => platform),
    find: (platform, named) => findAccount(db, platform, named),
    ask: (wish, by) => askForLink(db, wish, by),
    check: (from) => checkLinkCode(db, from),
    link: (account, by) => linkAccount(db, { ...account, method: "code" }, by),
    unlink: (which, by) => unlinkAccount(db, which, by),
  };
}
