import type { Context } from "hono";
import { globalCommunityId } from "#db/rbac";
import { hashPassword } from "#lib/password-hash";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { type Entered, enter, type Turned, turnAway } from "#workers/api/communities/place";
import { mailTextsFor } from "#workers/api/mail/mail-texts";
import { mailService, postMail } from "#workers/api/mail/post-mail";
import { makeRoutes } from "#workers/api/make-routes";
import { countMail } from "#workers/api/password/guess-limits";
import { add, list, remove } from "#workers/api/portal/portal-routes";
import { giveLogin, givenLifeMs, listLogins, takeLogin } from "#workers/api/portal/portal-store";
import { sessionConfig } from "#workers/api/session/session-config";
import { requireRole } from "#workers/api/with-principal";
import { created, failure, success } from "#workers/shared/envelope";

/** Without signs that look alike: somebody may type it from another screen. */
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

/** Logins that an owner gives by mail (40-core §1.32). */
export function portalRoutes() {
  const routes = makeRoutes();
  for (const path of ["/:community_id/portal-logins", "/:community_id/portal-logins/*"])
    routes.use(path, requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(list, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const entered = await enterAsOwner(c, communityId);
    if (typeof entered === "string") return turnAway(c, entered, "owners");
    return success(c, { logins: await listLogins(entered.db, communityId) });
  });

  routes.openapi(add, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { email } = c.req.valid("json");
    const entered = await enterAsOwner(c, communityId);
    if (typeof entered === "string") return turnAway(c, entered, "owners");
    if (communityId === globalCommunityId)
      return failure(c, 409, "The global community has no logins of its own.");
    const { secret, origin } = sessionConfig(c.env);
    if (secret === undefined || origin === undefined)
      return failure(c, 503, "Signing in is not set up here.");
    if (!(await mailService(c.env).isSetUp())) return failure(c, 503, "Mail is not set up here.");
    const tooOften = await countMail(c, email);
    if (tooOften) return tooOften;
    const password = oneTimePassword();
    const login = { communityId, email, hash: await hashPassword(password) };
    const by = await auditActor(c);
    const given = await giveLogin(entered.db, login, by);
    if (!given) return failure(c, 409, "This login already exists.");
    const texts = mailTextsFor(c.req.header("accept-language"));
    const name = plainName(entered.community.name);
    const link = `${origin}/sign-in`;
    const content = given.gotPassword ? texts.portal(name, password, link) : texts.portalKnown(name, link);
    const posted = await postMail(c.env, { to: email, content, lifeMs: givenLifeMs });
    if (posted.ok) return created(c, { sent: true as const });
    // Nobody would ever learn of it, so it is taken back and can be given again.
    await takeLogin(entered.db, { communityId, userId: given.userId }, by);
    return failure(c, 503, posted.message ?? "Mail cannot be sent here at the moment.");
  });

  routes.openapi(remove, async (c) => {
    const { community_id: communityId, user_id: userId } = c.req.valid("param");
    const entered = await enterAsOwner(c, communityId);
    if (typeof entered === "string") return turnAway(c, entered, "owners");
    const isDone = await takeLogin(entered.db, { communityId, userId }, await auditActor(c));
    return isDone ? success(c, { removed: true as const }) : failure(c, 404, "There is no such login.");
  });
  return routes;
}

async function enterAsOwner(c: Context<ApiBindings>, communityId: number): Promise<Entered | Turned> {
  const entered = await enter(c, communityId, "community.manage_settings");
  if (typeof entered === "string") return entered;
  return entered.role === "owner" ? entered : "forbidden";
}

/** 16 signs of 31: some 79 bits, for one use within a day. */
function oneTimePassword(): string {
  const signs: string[] = [];
  while (signs.length < 16) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    // What does not divide evenly is thrown again, so that no sign comes more often than another.
    const sign = byte < 248 ? alphabet[byte % alphabet.length] : undefined;
    if (sign !== undefined) signs.push(sign);
  }
  return (signs.join("").match(/.{4}/g) ?? []).join("-");
}

/** A name in a mail to somebody else: one short line that no mail program takes for an address of the web. */
function plainName(name: string): string {
  return (
    name
      .replaceAll(/[^\p{L}\p{N}\p{M} '_-]+/gu, " ")
      .trim()
      .slice(0, 64) || "a community"
  );
}
