import type { Context } from "hono";
import { openDatabase } from "#db/client";
import { equalSecrets } from "#lib/equal-secrets";
import { sha256Hex } from "#lib/sha256";
import { accessConfig } from "#workers/api/access/config";
import { makeKeyCache } from "#workers/api/access/key-cache";
import { findKey, touchKey } from "#workers/api/access/key-store";
import { parseKey } from "#workers/api/access/key-text";
import { userRoles } from "#workers/api/access/roles";
import { jwtSecretProblem, readUserToken } from "#workers/api/access/user-token";
import { type KeyRecord, verifyKey } from "#workers/api/access/verify-key";
import type { ApiBindings, Principal } from "#workers/api/bindings";
import { findUserKey } from "#workers/api/identity/user-key-store";
import { parseUserKey } from "#workers/api/identity/user-key-text";

/** Keys this isolate has seen lately. */
export const knownKeys = makeKeyCache();

/** What a request brings to show who it is. */
export type Credential =
  | { kind: "key" | "token"; text: string }
  | { kind: "none" }
  /** In the address, where proxies and logs read it: not accepted, whether right or wrong. */
  | { kind: "misplaced" };

const queryNames = ["apikey", "api_key", "api-key", "x-api-key", "access_token"];

/** Header only. `apikey` is the older gateway's spelling of `X-API-Key`. */
export function readCredential(headers: Headers, url: URL): Credential {
  for (const [name, value] of url.searchParams) {
    if (queryNames.includes(name.toLowerCase()) || parseKey(value) || parseUserKey(value))
      return { kind: "misplaced" };
  }
  const key = headers.get("x-api-key") ?? headers.get("apikey");
  if (key !== null) return { kind: "key", text: key };
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  return token === undefined ? { kind: "none" } : { kind: "token", text: token };
}

/** Who a credential belongs to; undefined when to nobody. `why` is for the log. */
export async function identify(
  c: Context<ApiBindings>,
  credential: Extract<Credential, { text: string }>,
): Promise<{ principal?: Principal; why: string }> {
  if (credential.kind === "token") return identifyUser(c, credential.text);
  if (await equalSecrets(credential.text, accessConfig(c.env).serviceApiKey))
    return { principal: servicePrincipal, why: "the service key" };
  const personal = parseUserKey(credential.text);
  if (personal !== undefined) return identifyByUserKey(c, personal);
  const record = await verifyKey(credential.text, {
    find: (id) => knownKeys.find(id, (wanted) => findKey(openDatabase(c.env), wanted)),
    now: () => Date.now(),
  });
  if (!record) return { why: "no such key" };
  noteUse(c, record);
  return { principal: keyPrincipal(record), why: "a key" };
}

const servicePrincipal: Principal = {
  kind: "service",
  id: "service",
  roles: ["core", "admin"],
  scopes: ["*"],
  communityId: null,
};

function keyPrincipal({ id, roles, scopes, communityId, ...record }: KeyRecord): Principal {
  const limits = { perMinute: record.limitPerMinute, perHour: record.limitPerHour };
  return { kind: "key", id, roles, scopes, communityId, limits };
}

/** A personal key may what its person may in their communities. Running the whole house takes somebody at a browser. */
async function identifyByUserKey(c: Context<ApiBindings>, secret: string) {
  const userId = await findUserKey(openDatabase(c.env), await sha256Hex(secret));
  if (userId === undefined) return { why: "no such personal key" };
  const principal: Principal = {
    kind: "user",
    id: String(userId),
    roles: userRoles([]),
    scopes: [],
    communityId: null,
  };
  return { principal, why: "a personal key" };
}

async function identifyUser(c: Context<ApiBindings>, token: string) {
  const { jwtSecret } = accessConfig(c.env);
  const problem = jwtSecretProblem(jwtSecret);
  // Fails closed, and says which variable (HRD-1).
  if (problem) return { why: problem };
  const claims = await readUserToken(token, jwtSecret);
  if (!claims) return { why: "no valid token" };
  const roles = userRoles(claims.roles);
  const principal: Principal = { kind: "user", id: claims.sub, roles, scopes: [], communityId: null };
  return { principal, why: "a token" };
}

const notedAt = new Map<string, number>();

/** After the answer, at most once a minute for each key in one isolate; nobody waits for it, and it may fail. */
function noteUse(c: Context<ApiBindings>, { id }: KeyRecord): void {
  const now = Date.now();
  if (now - (notedAt.get(id) ?? 0) < 60_000) return;
  if (notedAt.size > 1000) notedAt.clear();
  notedAt.set(id, now);
  c.executionCtx.waitUntil(touchKey(openDatabase(c.env), id).catch(() => undefined));
}
