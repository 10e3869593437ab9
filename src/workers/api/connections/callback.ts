import { type Context, Hono } from "hono";
import * as z from "zod";
import { productVersion } from "#contracts/version";
import { openDatabase } from "#db/client";
import { globalCommunityId } from "#db/rbac";
import { equalSecrets } from "#lib/equal-secrets";
import { makeLog } from "#lib/log";
import { sha256Hex } from "#lib/sha256";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { takeBrowserKey } from "#workers/api/connections/browser-cookie";
import { listChannelAccounts, noteConnection } from "#workers/api/connections/connection-store";
import { connectionService } from "#workers/api/connections/connections";
import { randomShape } from "#workers/api/connections/random-text";
import { redirectUriOf } from "#workers/api/connections/redirect-uri";
import { resultPage } from "#workers/api/connections/result-page";
import { mayConnect } from "#workers/api/connections/standing";
import { type ConsentState, takeState } from "#workers/api/connections/state-store";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { retrySubscriptionsOf } from "#workers/api/twitch/subscription-store";

const log = makeLog({ module: "api", version: productVersion });

/** What a platform sends back: each word once. Further words, such as `scope` or `iss`, are let through unread. */
const answer = z.object({
  state: z.tuple([z.string().regex(randomShape)]),
  code: z.tuple([z.string().regex(/^[\x21-\x7e]{1,2048}$/)]).optional(),
  error: z.tuple([z.string().max(200)]).optional(),
});

const stale =
  "This sign-in was finished already, or was begun more than ten minutes ago. Please start again.";
const elsewhere = "This sign-in was begun in another browser. Please finish it there, or start again here.";
const broken = "The link is not complete. Please start again.";
const denied = "You did not allow it, and nothing was connected. You can start again whenever you like.";
const failed = "The platform could not finish the sign-in. Please start again in a while.";
const rights = "You may no longer connect accounts of this community.";

/** `/oauth/<platform>/callback`: where platforms send people back to. Nobody is known here but by state and cookie. */
export function oauthCallback() {
  return new Hono<ApiBindings>().get("/:platform/callback", async (c) => {
    const platform = c.req.param("platform");
    const seen = answer.safeParse(c.req.queries());
    if (!seen.success) return refused(c, "malformed", broken);
    const {
      state: [state],
      code,
      error,
    } = seen.data;
    const db = openDatabase(c.env);
    // Used up by this very statement, whatever comes of it: two at once cannot both have it.
    const begun = await takeState(db, state);
    const browserKey = await takeBrowserKey(c, state);
    if (!begun || begun.platform !== platform) return refused(c, "no such state", stale);
    const isSameBrowser = await equalSecrets(await sha256Hex(browserKey ?? ""), begun.browserHash);
    if (browserKey === undefined || !isSameBrowser) return refused(c, "another browser", elsewhere);
    if (error) {
      const text = error[0] === "access_denied" ? denied : failed;
      return refused(c, "refused by the person or the platform", text, begun);
    }
    if (!code) return refused(c, "no code", broken, begun);
    return finish(c, begun, code[0]);
  });
}

async function finish(c: Context<ApiBindings>, begun: ConsentState, code: string): Promise<Response> {
  const { platform, role, communityId, principal, codeVerifier, returnPath } = begun;
  const db = openDatabase(c.env);
  c.set("principal", principal);
  // Rights may have gone while the person was away (threats row 5).
  if ((await mayConnect(c, db, communityId)) !== "yes") return refused(c, "rights are gone", rights, begun);
  const redirectUri = redirectUriOf(c.env, platform);
  if (redirectUri === undefined) return refused(c, "PUBLIC_URL is not set", failed, begun);
  const accounts = role === "owner" ? await listChannelAccounts(db, { communityId, platform }) : null;
  const connected = await connectionService(c.env).finish({
    platform,
    role,
    code,
    ...(codeVerifier === null ? {} : { codeVerifier }),
    redirectUri,
    communityId,
    accounts,
  });
  if (!connected.ok) return refused(c, connected.code, connected.message ?? failed, begun);
  const { account, name } = connected.value;
  const connection = { communityId, platform, role, account };
  const changed = await noteConnection(db, "connection.connect", connection, await auditActor(c));
  if (changed) await bumpChannels(c.env, changed);
  // What waited for this very consent is asked for with the next minute, not with the next day.
  const isPlatformWide = role === "bot" && communityId === globalCommunityId;
  if (platform === "twitch") await retrySubscriptionsOf(db, isPlatformWide ? "everywhere" : communityId);
  return resultPage(c, {
    isDone: true,
    title: "Connected",
    text: `${name || account} on ${platform} is connected. You can close this page.`,
    returnPath,
  });
}

function refused(c: Context<ApiBindings>, reason: string, text: string, begun?: ConsentState): Response {
  log({
    level: "WARNING",
    category: "AUTH",
    action: "connection.callback",
    result: "DENIED",
    user: begun?.principal.id,
    community: begun?.communityId,
    correlationId: c.get("correlationId"),
    requestId: c.get("requestId"),
    details: { platform: begun?.platform, reason },
  });
  return resultPage(c, { isDone: false, title: "Not connected", text, returnPath: begun?.returnPath ?? "/" });
}
