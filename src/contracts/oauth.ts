import type { Outcome } from "#contracts/outcome";
import type { PlatformConfig } from "#contracts/platform";

/** Whose consent is asked: the account the bot speaks as, or the owner of a channel. */
export type GrantRole = "bot" | "owner";

/** What a conversation with an authorization server needs from outside. */
export interface OAuthContext {
  fetch: typeof fetch;
  config: PlatformConfig;
  /** Epoch milliseconds. */
  now: number;
}

/** What a person's consent brought. */
export interface OAuthGrant {
  /** The platform's own id of the account (Slack: the team) and a name to show. */
  account: { id: string; name: string };
  accessToken: string;
  refreshToken?: string;
  /** Absent for a token that does not end by itself. */
  expiresInSeconds?: number;
  scopes: readonly string[];
}

/**
 * `dead`: the provider will never take this refresh token again. `later`: nothing is known against it; the reason
 * is for the owner and never holds a token.
 */
export type RefreshAnswer =
  | {
      kind: "renewed";
      accessToken: string;
      /** Absent where the old one stays good. */
      refreshToken?: string;
      /** Absent for a token that does not end. */
      expiresInSeconds?: number;
      scopes?: readonly string[];
    }
  | { kind: "dead"; reason: string }
  | { kind: "later"; reason: string; retryAfterMs?: number };

/** One platform's authorization server (RFC 6749, authorization code). A platform with sign-in exports one as `oauth`. */
export interface OAuthProvider {
  /** Variables that must be set; one missing and the platform cannot be connected. */
  secrets: readonly string[];
  /** True where the server takes a code challenge (RFC 7636, S256). */
  usesPkce: boolean;
  /** True where a bot's consent is an installation into one server (Slack: a team): its token is good there and nowhere else. */
  isInstall?: boolean;
  /** What is asked for, each with what the bot needs it for. */
  scopes: Readonly<Record<GrantRole, readonly { scope: string; why: string }[]>>;
  authorizeUrl(
    request: { role: GrantRole; state: string; codeChallenge?: string; redirectUri: string },
    config: PlatformConfig,
  ): URL;
  /** Turns the code into tokens and asks whose they are. */
  exchange(
    request: { role: GrantRole; code: string; codeVerifier?: string; redirectUri: string },
    context: OAuthContext,
  ): Promise<Outcome<OAuthGrant>>;
  refresh(refreshToken: string, context: OAuthContext): Promise<RefreshAnswer>;
  /** Asks whether a token still lives; `unknown` when nobody answered. Required hourly by Twitch. */
  validate?(accessToken: string, context: OAuthContext): Promise<"valid" | "invalid" | "unknown">;
  /** Tells the platform that the token is given back. */
  revoke?(accessToken: string, context: OAuthContext): Promise<void>;
}
