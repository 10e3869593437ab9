import type { Context } from "hono";
import * as z from "zod";
import type { SignInService } from "#contracts/sign-in";
import { productVersion } from "#contracts/version";
import { openDatabase } from "#db/client";
import { equalSecrets } from "#lib/equal-secrets";
import { makeLog } from "#lib/log";
import { sha256Hex } from "#lib/sha256";
import { requestActor } from "#workers/api/access/caller";
import { enterByAccount, type ProvenAccount } from "#workers/api/auth/account-store";
import { bindSignIn, takeSignInKey } from "#workers/api/auth/sign-in-cookie";
import { type BegunSignIn, keepSignIn, takeSignIn } from "#workers/api/auth/sign-in-states";
import { signInTexts } from "#workers/api/auth/sign-in-texts";
import type { ApiBindings } from "#workers/api/bindings";
import { challengeOf, randomShape, randomText } from "#workers/api/connections/random-text";
import { resultPage } from "#workers/api/connections/result-page";
import { openSession, prepareSession, replacedSession } from "#workers/api/session/session";
import { sessionConfig } from "#workers/api/session/session-config";

const log = makeLog({ module: "api", version: productVersion });

/** What a platform sends back: each word once. Further words, such as `scope`, are let through unread. */
const answer = z.object({
  state: z.tuple([z.string().regex(randomShape)]),
  code: z.tuple([z.string().regex(/^[\x21-\x7e]{1,2048}$/)]).optional(),
  error: z.tuple([z.string().max(200)]).optional(),
  iss: z.tuple([z.string().max(500)]).optional(),
});

export type ConsentPage = { ok: true; url: string } | { ok: false; message: string };

/** Where to send a browser, which gets a cookie for the way back. `userId` links the account to that person. */
export async function beginConsent(
  c: Context<ApiBindings>,
  { provider, returnPath, userId }: Omit<BegunSignIn, "codeVerifier">,
): Promise<ConsentPage> {
  const { secret, origin } = sessionConfig(c.env);
  if (secret === undefined)
    return { ok: false, message: "Signing in is not set up: SESSION_SECRET is missing." };
  if (origin === undefined) return { ok: false, message: "Signing in is not set up: PUBLIC_URL is missing." };
  const service = signInService(c.env);
  const offer = (await service.offers()).find(({ platform }) => platform === provider);
  if (!offer) return { ok: false, message: `Signing in with ${provider} is not set up.` };
  const codeVerifier = offer.usesPkce ? randomText() : null;
  const proof = codeVerifier === null ? {} : { codeChallenge: await challengeOf(codeVerifier) };
  const [state, browserKey] = [randomText(), randomText()];
  const redirectUri = redirectUriOf(origin, provider);
  const asked = await service.authorizeUrl({ platform: provider, state, redirectUri, ...proof });
  if (!asked.ok) return { ok: false, message: asked.message ?? "Signing in does not work at the moment." };
  await keepSignIn(
    openDatabase(c.env),
    { state, browserKey },
    { provider, userId, codeVerifier, returnPath },
  );
  await bindSignIn(c, state, browserKey);
  c.header("cache-control", "no-store");
  return { ok: true, url: asked.value.url };
}

/** What comes of a consent: who began it, and whose account it is. */
export type Consented =
  | { ok: true; begun: BegunSignIn; account: ProvenAccount }
  | { ok: false; response: Response };

/**
 * Takes the one answer a sign-in may have. Nobody is known here but by state, cookie and code, and the provider is the one
 * of the address: an answer of another is none (mix-up).
 */
export async function takeConsent(c: Context<ApiBindings>, provider: string): Promise<Consented> {
  const no = (reason: string, text: keyof typeof signInTexts.en, begun?: BegunSignIn): Consented => ({
    ok: false,
    response: refuseSignIn(c, { reason, text, provider, begun }),
  });
  const seen = answer.safeParse(c.req.queries());
  if (!seen.success) return no("malformed", "broken");
  const [state] = seen.data.state;
  // Used up by this very statement, whatever comes of it: two at once cannot both have it.
  const begun = await takeSignIn(openDatabase(c.env), state);
  const browserKey = await takeSignInKey(c, state);
  if (!begun || begun.provider !== provider) return no("no such state", "stale");
  const isSameBrowser = await equalSecrets(await sha256Hex(browserKey ?? ""), begun.browserHash);
  if (browserKey === undefined || !isSameBrowser) return no("another browser", "elsewhere");
  const { secret, origin } = sessionConfig(c.env);
  if (secret === undefined || origin === undefined) return no("not set up", "failed", begun);
  if (seen.data.error) {
    const isDenied = seen.data.error[0] === "access_denied";
    return no("refused by the person or the platform", isDenied ? "denied" : "failed", begun);
  }
  if (!seen.data.code) return no("no code", "broken", begun);
  const { codeVerifier } = begun;
  const identified = await signInService(c.env).identify({
    platform: provider,
    code: seen.data.code[0],
    redirectUri: redirectUriOf(origin, provider),
    ...(codeVerifier === null ? {} : { codeVerifier }),
    ...(seen.data.iss ? { iss: seen.data.iss[0] } : {}),
  });
  if (!identified.ok) return no(identified.code, "failed", begun);
  return { ok: true, begun, account: { ...identified.value, platform: provider } };
}

/** Opens a session for whoever has proven an account. */
export async function enter(
  c: Context<ApiBindings>,
  { begun, account }: Extract<Consented, { ok: true }>,
): Promise<Response> {
  const { isSignUpOpen, signUpDomains } = sessionConfig(c.env);
  const session = await prepareSession(c);
  const { platform: provider } = account;
  const entered = await enterByAccount(openDatabase(c.env), account, {
    session,
    replaces: await replacedSession(c),
    // A platform's account says nothing of a mail address, so where only some domains may sign up it is no way in.
    maySignUp: isSignUpOpen && signUpDomains.length === 0,
    by: await requestActor(c, `${provider}:${account.id}`),
  });
  if (entered.kind !== "in")
    return refuseSignIn(c, { reason: entered.kind, text: entered.kind, provider, begun, status: 403 });
  await openSession(c, session, {
    userId: entered.userId,
    stage: entered.needsCode ? "code" : "full",
  });
  c.header("cache-control", "no-store");
  c.header("referrer-policy", "no-referrer");
  // A page of ours either way; the path is one of plain words.
  const codePage = `/sign-in/code?${new URLSearchParams({ return: begun.returnPath })}`;
  return c.redirect(entered.needsCode ? codePage : begun.returnPath, 302);
}

/** Where a platform sends people back to, registered there letter for letter. */
export function redirectUriOf(origin: string, provider: string): string {
  return `${origin}/api/v1/auth/oauth/${provider}/callback`;
}

/** The sender's entry, named apart from the RPC type so that its depth stays bounded. */
export function signInService({ SIGN_IN }: Pick<ApiEnv, "SIGN_IN">): SignInService {
  return SIGN_IN;
}

export interface SignInRefusal {
  /** For the log. */
  reason: string;
  text: keyof typeof signInTexts.en;
  provider: string;
  begun?: BegunSignIn | undefined;
  status?: 400 | 403 | 409;
}

/** A page that says why nobody was signed in, in the browser's language. */
export function refuseSignIn(
  c: Context<ApiBindings>,
  { reason, text, provider, begun, status = 400 }: SignInRefusal,
): Response {
  log({
    level: "WARNING",
    category: "AUTH",
    action: "session.begin",
    result: "DENIED",
    correlationId: c.get("correlationId"),
    requestId: c.get("requestId"),
    details: { provider, reason },
  });
  const texts = signInTexts[/^\s*de\b/i.test(c.req.header("accept-language") ?? "") ? "de" : "en"];
  const page = { isDone: false, title: texts.title, text: texts[text], returnPath: begun?.returnPath ?? "/" };
  return resultPage(c, { ...page, status });
}
