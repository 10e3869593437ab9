import type { Clock } from "#simulators/clock";
import type { Random } from "#simulators/random";
import type { SimulatorSecrets } from "#simulators/secrets";
import { botScopes } from "#simulators/twitch/scopes";

export interface AccessToken {
  kind: "app" | "user";
  /** Whose token; absent for an app token. */
  userId?: string;
  scopes: readonly string[];
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface IssuedPair {
  accessToken: string;
  refreshToken: string;
  scopes: readonly string[];
}

/** What a person consented to on the authorize page. */
export interface Grant {
  userId: string;
  scopes: readonly string[];
}

export interface Tokens {
  issueApp(): string;
  /** A token pair; for the bot's account with all its scopes unless said otherwise. */
  issueUser(grant?: Partial<Grant>): IssuedPair;
  /** Single use: the old refresh token is dead afterwards. Undefined when it is unknown or used. */
  refresh(refreshToken: string): IssuedPair | undefined;
  /** A code for the token endpoint, good for one use by the same redirect address. */
  issueCode(grant: Grant & { redirectUri: string }): string;
  redeem(code: string, redirectUri: string): IssuedPair | undefined;
  /** Undefined when unknown, expired or revoked. */
  check(accessToken: string): AccessToken | undefined;
  /** Every access token stops working now; refresh tokens still do. */
  expireAll(): void;
  /** This one token was given back. */
  revoke(accessToken: string): boolean;
  /** The account withdrew its permission, or all did: nothing works any more until a new pair is issued. */
  revokeAll(userId?: string): void;
  /** How often each account's tokens were renewed, and how often a dead refresh token was shown. */
  counts(): { renewed: ReadonlyMap<string, number>; refused: number; apps: number };
}

/** A user token lives about four hours, an app token about 60 days. */
export const userTokenSeconds = 14_400;
export const appTokenSeconds = 5_184_000;

export function makeTokens(clock: Clock, random: Random, secrets: SimulatorSecrets["twitch"]): Tokens {
  const access = new Map<string, AccessToken>();
  const refreshable = new Map<string, Grant>();
  const codes = new Map<string, Grant & { redirectUri: string }>();
  const renewed = new Map<string, number>();
  let refused = 0;
  let apps = 0;
  const expiry = (seconds: number) => clock.now() + seconds * 1000;
  const bot: Grant = { userId: secrets.botUserId, scopes: botScopes };
  const grantPair = (grant: Grant, accessToken: string, refreshToken: string): IssuedPair => {
    access.set(accessToken, { kind: "user", ...grant, expiresAt: expiry(userTokenSeconds) });
    refreshable.set(refreshToken, grant);
    return { accessToken, refreshToken, scopes: grant.scopes };
  };
  const issueUser = (grant: Partial<Grant> = {}) =>
    grantPair({ ...bot, ...grant }, random.hex(30), random.hex(50));
  grantPair(bot, secrets.accessToken, secrets.refreshToken);
  return {
    issueUser,
    issueApp() {
      const token = random.hex(30);
      apps += 1;
      access.set(token, { kind: "app", scopes: [], expiresAt: expiry(appTokenSeconds) });
      return token;
    },
    refresh(refreshToken) {
      const grant = refreshable.get(refreshToken);
      refreshable.delete(refreshToken);
      if (!grant) refused += 1;
      else renewed.set(grant.userId, (renewed.get(grant.userId) ?? 0) + 1);
      return grant && issueUser(grant);
    },
    issueCode(grant) {
      const code = random.hex(30);
      codes.set(code, grant);
      return code;
    },
    redeem(code, redirectUri) {
      const grant = codes.get(code);
      codes.delete(code);
      if (grant?.redirectUri !== redirectUri) return undefined;
      return issueUser({ userId: grant.userId, scopes: grant.scopes });
    },
    check(accessToken) {
      const found = access.get(accessToken);
      return found && found.expiresAt > clock.now() ? found : undefined;
    },
    expireAll: () => access.clear(),
    revoke: (accessToken) => access.delete(accessToken),
    revokeAll(userId) {
      const isMeant = (grant: { userId?: string }) => userId === undefined || grant.userId === userId;
      for (const [token, grant] of access) if (isMeant(grant)) access.delete(token);
      for (const [token, grant] of refreshable) if (isMeant(grant)) refreshable.delete(token);
    },
    counts: () => ({ renewed, refused, apps }),
  };
}
