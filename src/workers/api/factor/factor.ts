import type { Context } from "hono";
import { openDatabase } from "#db/client";
import { isPassword } from "#lib/password-hash";
import { sha256Hex } from "#lib/sha256";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { makeFactor, makeRecoveryCode, plainRecoveryCode, stepOf } from "#workers/api/factor/factor-code";
import { begin, confirm, remove, verify } from "#workers/api/factor/factor-routes";
import { factorSeal } from "#workers/api/factor/factor-seal";
import {
  beginFactor,
  confirmFactor,
  enterByFactor,
  findFactor,
  type Proof,
  removeFactor,
} from "#workers/api/factor/factor-store";
import { makeRoutes } from "#workers/api/make-routes";
import { countGuess } from "#workers/api/password/guess-limits";
import { rememberBrowser } from "#workers/api/password/known-browser";
import { findHash } from "#workers/api/password/password-store";
import { openSession, prepareSession } from "#workers/api/session/session";
import { sessionConfig } from "#workers/api/session/session-config";
import { failure, success } from "#workers/shared/envelope";

const recoveryCodes = 10;
const noBrowser = "Sign in in a browser to do that.";
const notSetUp = "Second factors are not set up here: FACTOR_ENCRYPTION_KEYS is missing.";
const wrong = "This code is not right, or it was used before.";
const wrongCode = [{ field: "code", message: "is not right, or was used before" }];

/** The second factor (RFC 6238): for whoever signs in here, by a password or a platform. */
export function factorRoutes() {
  const routes = makeRoutes();

  routes.openapi(begin, async (c) => {
    const session = c.get("session");
    if (!session) return failure(c, 401, noBrowser);
    const seal = await factorSeal(c.env);
    if (!seal) return failure(c, 503, notSetUp);
    const { id: userId, email, displayName } = session.person;
    const db = openDatabase(c.env);
    const hash = await findHash(db, userId);
    if (hash !== undefined) {
      const tooOften = await countGuess(c, { what: "password", whose: String(userId) });
      if (tooOften) return tooOften;
      if (!(await isPassword(c.req.valid("json").password ?? "", hash)))
        return failure(c, 403, "The password is wrong.", [{ field: "password", message: "is wrong" }]);
    }
    const { secret, uri } = makeFactor(email ?? displayName);
    const sealed = await seal.seal(userId, secret);
    if (sealed === undefined) return failure(c, 503, notSetUp);
    if (!(await beginFactor(db, userId, sealed, await auditActor(c))))
      return failure(c, 409, "A second factor is on already. Take it away first.");
    c.header("cache-control", "no-store");
    return success(c, { secret, uri });
  });

  routes.openapi(confirm, async (c) => {
    const session = c.get("session");
    if (!session) return failure(c, 401, noBrowser);
    const { id: userId } = session.person;
    const tooOften = await countGuess(c, { what: "totp", whose: String(userId) });
    if (tooOften) return tooOften;
    const db = openDatabase(c.env);
    const factor = await findFactor(db, userId);
    if (!factor || factor.isOn)
      return failure(c, 409, "There is no second factor that waits for its first code.");
    const secret = await (await factorSeal(c.env))?.open(userId, factor.secret);
    if (secret === undefined) return failure(c, 503, notSetUp);
    const step = stepOf(secret, c.req.valid("json").code, Date.now());
    if (step === undefined) return failure(c, 403, wrong, wrongCode);
    const codes = Array.from({ length: recoveryCodes }, makeRecoveryCode);
    const codeHashes = await Promise.all(codes.map((code) => sha256Hex(code.replaceAll("-", ""))));
    const confirmed = { userId, secret: factor.secret, step, codeHashes };
    if (!(await confirmFactor(db, confirmed, await auditActor(c)))) return failure(c, 409, wrong);
    c.header("cache-control", "no-store");
    return success(c, { recovery_codes: codes });
  });

  routes.openapi(verify, async (c) => {
    const current = c.get("session");
    if (current?.stage !== "code") return failure(c, 409, "No code is asked for here.");
    const { id: userId, email } = current.person;
    const tooOften = await countGuess(c, { what: "totp", whose: String(userId) });
    if (tooOften) return tooOften;
    const proof = await proofOf(c, userId, c.req.valid("json").code);
    if (!proof) return failure(c, 403, wrong, wrongCode);
    const session = await prepareSession(c);
    const by = await auditActor(c);
    const entered = await enterByFactor(
      openDatabase(c.env),
      { userId, proof },
      { session, replaces: current.id, by },
    );
    if (!entered) return failure(c, 403, wrong, wrongCode);
    const reached = entered.mustChange ? ("password" as const) : ("full" as const);
    await openSession(c, session, { userId, stage: reached });
    const { secret } = sessionConfig(c.env);
    if (secret !== undefined && email !== null && reached === "full") await rememberBrowser(c, secret, email);
    c.header("cache-control", "no-store");
    return success(c, { stage: reached });
  });

  routes.openapi(remove, async (c) => {
    const session = c.get("session");
    if (!session) return failure(c, 401, noBrowser);
    const { id: userId } = session.person;
    const tooOften = await countGuess(c, { what: "totp", whose: String(userId) });
    if (tooOften) return tooOften;
    const proof = await proofOf(c, userId, c.req.valid("json").code);
    const isDone = proof && (await removeFactor(openDatabase(c.env), { userId, proof }, await auditActor(c)));
    return isDone ? success(c, { removed: true as const }) : failure(c, 403, wrong, wrongCode);
  });
  return routes;
}

/** What a typed code proves, if anything; it is used up where it is acted on. */
async function proofOf(c: Context<ApiBindings>, userId: number, typed: string): Promise<Proof | undefined> {
  const recovery = plainRecoveryCode(typed);
  if (recovery !== undefined) return { codeHash: await sha256Hex(recovery) };
  const factor = await findFactor(openDatabase(c.env), userId);
  if (!factor?.isOn) return undefined;
  const secret = await (await factorSeal(c.env))?.open(userId, factor.secret);
  const step = secret === undefined ? undefined : stepOf(secret, typed, Date.now());
  return step === undefined ? undefined : { step };
}
