import type { Context } from "hono";
import { openDatabase } from "#db/client";
import { hashPassword, isPassword } from "#lib/password-hash";
import { sha256Hex } from "#lib/sha256";
import { auditActor, requestActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { randomText } from "#workers/api/connections/random-text";
import { mailTextsFor } from "#workers/api/mail/mail-texts";
import { mailService, postMail } from "#workers/api/mail/post-mail";
import { makeRoutes } from "#workers/api/make-routes";
import { whyClosed } from "#workers/api/password/door";
import { countGuess, countMail } from "#workers/api/password/guess-limits";
import { knownBrowser, rememberBrowser } from "#workers/api/password/known-browser";
import { change, forgotten, login, register, reset, verify } from "#workers/api/password/password-routes";
import {
  changePassword,
  enterByPassword,
  findHash,
  findLogin,
  keepReset,
  resetLifeMs,
  resetPassword,
} from "#workers/api/password/password-store";
import {
  findRegistration,
  finishRegistration,
  keepRegistration,
  registrationLifeMs,
} from "#workers/api/password/registration-store";
import { endObjects } from "#workers/api/session/end-objects";
import { openSession, prepareSession, replacedSession } from "#workers/api/session/session";
import { listSessions } from "#workers/api/session/session-store";
import { failure, success } from "#workers/shared/envelope";

const dayMs = 86_400_000;
const notGood = "This link is not good any more. Please ask for a new one.";
const noMail = "Mail is not set up here, or cannot be sent at the moment.";
const wrong = "The address or the password is wrong.";

/** Accounts by mail address and password (50-admin §1.43). */
export function passwordRoutes() {
  const routes = makeRoutes();

  routes.openapi(register, async (c) => {
    const door = whyClosed(c);
    if (!door.ok) return door.response;
    const { email, password, display_name: displayName } = c.req.valid("json");
    const { isSignUpOpen, signUpDomains, origin } = door;
    const domain = email.split("@").at(-1) ?? "";
    if (!isSignUpOpen) return failure(c, 403, "New accounts are not taken here at the moment.");
    if (signUpDomains.length > 0 && !signUpDomains.includes(domain))
      return failure(c, 403, "Addresses of this domain may not make an account here.", [
        { field: "email", message: `one of ${signUpDomains.join(", ")}` },
      ]);
    if (!(await mailService(c.env).isSetUp())) return failure(c, 503, noMail);
    const tooOften = await countMail(c, email);
    if (tooOften) return tooOften;
    const token = randomText();
    const passwordHash = await hashPassword(password);
    const isNew = await keepRegistration(
      openDatabase(c.env),
      { token, email, displayName, passwordHash },
      await requestActor(c, "visitor"),
    );
    const texts = mailTextsFor(c.req.header("accept-language"));
    // Behind `#`, which no server and no referrer sees.
    const content = isNew
      ? texts.verify(`${origin}/sign-in/verify#${token}`)
      : texts.known(`${origin}/sign-in`);
    const posted = await postMail(c.env, { to: email, content, lifeMs: registrationLifeMs });
    return posted.ok ? success(c, { sent: true as const }) : failure(c, 503, posted.message ?? noMail);
  });

  routes.openapi(verify, async (c) => {
    const door = whyClosed(c);
    if (!door.ok) return door.response;
    if (!door.isSignUpOpen) return failure(c, 403, "New accounts are not taken here at the moment.");
    const { token, password } = c.req.valid("json");
    const tooOften = await countGuess(c, { what: "verify", whose: await sha256Hex(token) });
    if (tooOften) return tooOften;
    const db = openDatabase(c.env);
    const found = await findRegistration(db, token);
    if (!found) return failure(c, 400, notGood, [{ field: "token", message: notGood }]);
    // Whoever reads the mail and whoever chose the password must be one: else a stranger could make accounts for others.
    if (!(await isPassword(password, found.passwordHash)))
      return failure(c, 403, "This is not the password that was chosen.", [
        { field: "password", message: "is not the one that was chosen" },
      ]);
    const session = await prepareSession(c);
    const by = await requestActor(c, await actorOf(found.email));
    const userId = await finishRegistration(db, token, { displayName: found.displayName, session, by });
    if (userId === undefined) return failure(c, 409, "This address has an account by now. Please sign in.");
    await openSession(c, session, { userId, stage: "full" });
    await rememberBrowser(c, door.secret, found.email);
    c.header("cache-control", "no-store");
    return success(c, { stage: "full" as const });
  });

  routes.openapi(login, async (c) => {
    const door = whyClosed(c);
    if (!door.ok) return door.response;
    const { email, password } = c.req.valid("json");
    const known = await knownBrowser(c, door.secret, email);
    const tooOften = await countGuess(c, { what: "login", whose: email, knownBrowser: known });
    if (tooOften) return tooOften;
    const db = openDatabase(c.env);
    const found = await findLogin(db, email);
    const isRight = await isPassword(password, found?.hash);
    if (!found?.isGood || !isRight) return failure(c, 401, wrong);
    const session = await prepareSession(c);
    const replaces = await replacedSession(c);
    const by = await requestActor(c, String(found.userId));
    if (!(await enterByPassword(db, found, { session, replaces, by }))) return failure(c, 401, wrong);
    const reached = stageOf(found);
    await openSession(c, session, { userId: found.userId, stage: reached });
    if (reached === "full") await rememberBrowser(c, door.secret, email);
    c.header("cache-control", "no-store");
    return success(c, { stage: reached });
  });

  routes.openapi(forgotten, async (c) => {
    const door = whyClosed(c);
    if (!door.ok) return door.response;
    const { email } = c.req.valid("json");
    if (!(await mailService(c.env).isSetUp())) return failure(c, 503, noMail);
    const tooOften = await countMail(c, email);
    if (tooOften) return tooOften;
    const token = randomText();
    const by = await requestActor(c, "visitor");
    const isKnown = await keepReset(openDatabase(c.env), { email, token }, by);
    const texts = mailTextsFor(c.req.header("accept-language"));
    const content = texts.forgotten(`${door.origin}/sign-in/reset#${token}`);
    const posted = await postMail(c.env, isKnown ? { to: email, content, lifeMs: resetLifeMs } : null);
    return posted.ok ? success(c, { sent: true as const }) : failure(c, 503, posted.message ?? noMail);
  });

  routes.openapi(reset, async (c) => {
    const door = whyClosed(c);
    if (!door.ok) return door.response;
    const { token, new_password: password } = c.req.valid("json");
    const hash = await hashPassword(password);
    const done = await resetPassword(openDatabase(c.env), { token, hash }, await requestActor(c, "visitor"));
    if (!done) return failure(c, 400, notGood, [{ field: "token", message: notGood }]);
    await endObjects(c, done.sessions);
    await tellOfChange(c, done.email, door.origin);
    return success(c, { changed: true as const });
  });

  routes.openapi(change, async (c) => {
    const door = whyClosed(c);
    if (!door.ok) return door.response;
    const current = c.get("session");
    if (!current) return failure(c, 401, "Sign in in a browser to do that.");
    const { current_password: typed, new_password: password } = c.req.valid("json");
    const { id: userId, email } = current.person;
    const tooOften = await countGuess(c, { what: "password", whose: String(userId) });
    if (tooOften) return tooOften;
    const db = openDatabase(c.env);
    const before = await findHash(db, userId);
    if (before === undefined)
      return failure(c, 409, "This account has no password. You sign in with a platform.");
    const isGiven = current.stage === "password";
    if (!isGiven && !(await isPassword(typed ?? "", before)))
      return failure(c, 403, "The current password is wrong.", [
        { field: "current_password", message: "is wrong" },
      ]);
    if (typed !== undefined && typed === password)
      return failure(c, 400, "The request is not valid.", [
        { field: "new_password", message: "is the one you have" },
      ]);
    const ended = await listSessions(db, userId);
    const session = await prepareSession(c);
    const hash = await hashPassword(password);
    const isDone = await changePassword(db, { userId, before, hash }, { session, by: await auditActor(c) });
    if (!isDone) return failure(c, 409, "The password changed meanwhile. Please sign in again.");
    await endObjects(c, ended);
    await openSession(c, session, { userId, stage: "full" });
    if (email !== null) {
      await rememberBrowser(c, door.secret, email);
      await tellOfChange(c, email, door.origin);
    }
    c.header("cache-control", "no-store");
    return success(c, { changed: true as const });
  });
  return routes;
}

/** The second factor comes before a password of one's own: a given password must not be a way around it. */
function stageOf({ hasCode, mustChange }: { hasCode: boolean; mustChange: boolean }) {
  if (hasCode) return "code" as const;
  return mustChange ? ("password" as const) : ("full" as const);
}

async function actorOf(email: string): Promise<string> {
  return `mail:${(await sha256Hex(email)).slice(0, 16)}`;
}

/** The change is done, whether the mail that tells of it can be sent or not. */
async function tellOfChange(c: Context<ApiBindings>, email: string, origin: string): Promise<void> {
  const content = mailTextsFor(c.req.header("accept-language")).changed(`${origin}/sign-in/forgotten`);
  await postMail(c.env, { to: email, content, lifeMs: dayMs }).catch(() => undefined);
}
