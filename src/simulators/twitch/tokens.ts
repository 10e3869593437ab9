import type { Clock } from "#simulators/clock";
import type { Random } from "#simulators/random";
import type { SimulatorSecrets } from "#simulators/secrets";

export interface AccessToken {
  kind: "app" | "user";
  /** Whose token; absent for an app token. */
  userId?: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface IssuedPair {
  accessToken: string;
  refreshToken: string;
}

export interface Tokens {
  issueApp(): string;
  /** A token pair for the bot's account. */
  issueUser(): IssuedPair;
  /** Single use: the old refresh token is dead afterwards. Undefined when it is unknown or used. */
  refresh(refreshToken: string): IssuedPair | undefined;
  /** Undefined when unknown, expired or revoked. */
  check(accessToken: string): AccessToken | undefined;
  /** Every access token stops working now; refresh tokens still do. */
  expireAll(): void;
  /** The account withdrew its permission: nothing works any more until a new pair is issued. */
  revokeAll(): void;
}

/** A user token lives about four hours, an app token about 60 days. */
export const userTokenSeconds = 14_400;
export const appTokenSeconds = 5_184_000;

export function makeTokens(clock: Clock, random: Random, secrets: SimulatorSecrets["twitch"]): Tokens {
  const access = new Map<string, AccessToken>();
  const refreshable = new Set([secrets.refreshToken]);
  const expiry = (seconds: number) => clock.now() + seconds * 1000;
  access.set(secrets.accessToken, {
    kind: "user",
    userId: secrets.botUserId,
    expiresAt: expiry(userTokenSeconds),
  });
  const issueUser = () => {
    const pair = { accessToken: random.hex(30), refreshToken: random.hex(50) };
    access.set(pair.accessToken, {
      kind: "user",
      userId: secrets.botUserId,
      expiresAt: expiry(userTokenSeconds),
    });
    refreshable.add(pair.refreshToken);
    return pair;
  };
  return {
    issueUser,
    issueApp() {
      const token = random.hex(30);
      access.set(token, { kind: "app", expiresAt: expiry(appTokenSeconds) });
      return token;
    },
    refresh: (refreshToken) => (refreshable.delete(refreshToken) ? issueUser() : undefined),
    check(accessToken) {
      const found = access.get(accessToken);
      return found && found.expiresAt > clock.now() ? found : undefined;
    },
    expireAll: () => access.clear(),
    revokeAll() {
      access.clear();
      refreshable.clear();
    },
  };
}
