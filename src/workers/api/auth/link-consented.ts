import type { Context } from "hono";
import { linkAccount } from "#db/account-links";
import { openDatabase } from "#db/client";
import { requestActor } from "#workers/api/access/caller";
import { type Consented, refuseSignIn } from "#workers/api/auth/oauth";
import type { ApiBindings } from "#workers/api/bindings";
import { findSession } from "#workers/api/session/session";

/** Links the account to whoever began it, in the session that began it: nobody else's account slips in (threats row 5). */
export async function linkConsented(
  c: Context<ApiBindings>,
  { begun, account }: Extract<Consented, { ok: true }>,
): Promise<Response> {
  const { platform, id: platformUserId, login: platformUsername } = account;
  const no = (reason: "signedOut" | "taken", status: 403 | 409) =>
    refuseSignIn(c, { reason, text: reason, provider: platform, begun, status });
  const session = await findSession(c, []);
  if (session?.stage !== "full" || session.person.id !== begun.userId) return no("signedOut", 403);
  const userId = session.person.id;
  const link = { userId, platform, platformUserId, platformUsername, method: "oauth" as const };
  const outcome = await linkAccount(openDatabase(c.env), link, await requestActor(c, String(userId)));
  if (outcome === "taken") return no("taken", 409);
  c.header("cache-control", "no-store");
  c.header("referrer-policy", "no-referrer");
  return c.redirect(begun.returnPath, 302);
}
