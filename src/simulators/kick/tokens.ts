import { createHash } from "node:crypto";
import type { Clock } from "#simulators/clock";
import type { Random } from "#simulators/random";

/** Two hours, as Kick's tokens live. */
const tokenSeconds = 7200;
const codeSeconds = 60;

export interface Consent {
  account: string;
  scopes: readonly string[];
  redirectUri: string;
  challenge: string;
}

export interface IssuedTokens {
  accessToken: string;
  refreshToken: string;
  scopes: readonly string[];
  expiresIn: number;
}

/** Codes and tokens of Kick's authorization server: every code and every refresh token is good for one use. */
export function makeKickTokens(clock: Clock, random: Random) {
  const codes = new Map<string, Consent & { expiresAt: number }>();
  const access = new Map<string, { account: string; scopes: readonly string[]; expiresAt: number }>();
  const refreshable = new Map<string, { account: string; scopes: readonly string[] }>();
  let lifeSeconds = tokenSeconds;

  const issue = (account: string, scopes: readonly string[]): IssuedTokens => {
    const made = {
      accessToken: random.hex(48),
      refreshToken: random.hex(48),
      scopes,
      expiresIn: lifeSeconds,
    };
    access.set(made.accessToken, { account, scopes, expiresAt: clock.now() + lifeSeconds * 1000 });
    refreshable.set(made.refreshToken, { account, scopes });
    return made;
  };

  return {
    issue,
    makeCode(consent: Consent): string {
      const code = random.hex(40);
      codes.set(code, { ...consent, expiresAt: clock.now() + codeSeconds * 1000 });
      return code;
    },
    /** Undefined unless code, redirect and verifier belong together. A code that was shown is used up either way. */
    redeem(code: string, redirectUri: string, verifier: string): IssuedTokens | undefined {
      const consent = codes.get(code);
      codes.delete(code);
      if (!consent || consent.expiresAt < clock.now() || consent.redirectUri !== redirectUri)
        return undefined;
      const challenge = createHash("sha256").update(verifier).digest("base64url");
      return challenge === consent.challenge ? issue(consent.account, consent.scopes) : undefined;
    },
    refresh(refreshToken: string): IssuedTokens | undefined {
      const found = refreshable.get(refreshToken);
      refreshable.delete(refreshToken);
      return found && issue(found.account, found.scopes);
    },
    check(accessToken: string): { account: string; scopes: readonly string[] } | undefined {
      const found = access.get(accessToken);
      return found && found.expiresAt > clock.now() ? found : undefined;
    },
    revoke(accessToken: string): void {
      access.delete(accessToken);
    },
    /** Every access token stops working now; refresh tokens still do. */
    expireAll: () => access.clear(),
    /** The account withdrew its permission. */
    revokeAccount(account: string): void {
      for (const map of [access, refreshable])
        for (const [token, facts] of map) if (facts.account === account) map.delete(token);
    },
    /** The permission is gone and no token is renewed; what was issued works to its end. */
    withdrawRefresh(account: string): void {
      for (const [token, facts] of refreshable) if (facts.account === account) refreshable.delete(token);
    },
    /** How long tokens live that are issued from now on. */
    setLife(seconds: number): void {
      lifeSeconds = seconds;
    },
    livingTokens: () => access.size,
  };
}
export type KickTokens = ReturnType<typeof makeKickTokens>;
