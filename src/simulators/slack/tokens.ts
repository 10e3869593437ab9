import type { Clock } from "#simulators/clock";
import type { Random } from "#simulators/random";
import type { SimulatorSecrets } from "#simulators/secrets";

/** With token rotation access tokens live twelve hours and refresh tokens work once. */
const lifetimeSeconds = 43_200;
const codeMs = 600_000;

interface Access {
  scope: string;
  expiresAt: number;
  isRevoked: boolean;
}

export interface SlackTokens {
  /** Whether new installations get tokens that rotate. */
  rotates: boolean;
  /** Slack's word against this Authorization header; undefined for a bot token that lives. */
  refusal(header: string | undefined): string | undefined;
  /** A person consented: the code that is exchanged once, within ten minutes. */
  issueCode(consent: { redirectUri: string; scope: string }): string;
  /** `oauth.v2.access`. */
  access(authorization: string | undefined, form: URLSearchParams): object;
  revoke(header: string | undefined): void;
  /** Every access token is out of its time now; refresh tokens still work, once. */
  expireAll(): void;
  /** The app was removed: every token is dead. */
  revokeAll(): void;
  /** How many access tokens were handed out. */
  issued(): number;
}

export function makeSlackTokens(
  secrets: SimulatorSecrets["slack"],
  clock: Clock,
  random: Random,
): SlackTokens {
  const forever = { scope: "", expiresAt: Number.POSITIVE_INFINITY, isRevoked: false };
  const known = new Map<string, Access>([[secrets.botToken, { ...forever }]]);
  const refreshTokens = new Map<string, { scope: string; isSpent: boolean }>();
  const codes = new Map<string, { redirectUri: string; scope: string; at: number }>();
  const basic = `Basic ${Buffer.from(`${secrets.clientId}:${secrets.clientSecret}`).toString("base64")}`;
  let issued = 0;

  function grant(scope: string): object {
    const isRotating = tokens.rotates;
    const accessToken = isRotating ? `xoxe.xoxb-1-${random.hex(40)}` : `xoxb-${random.hex(40)}`;
    const expiresAt = isRotating ? clock.now() + lifetimeSeconds * 1000 : Number.POSITIVE_INFINITY;
    known.set(accessToken, { scope, expiresAt, isRevoked: false });
    issued += 1;
    const refreshToken = `xoxe-1-${random.hex(40)}`;
    if (isRotating) refreshTokens.set(refreshToken, { scope, isSpent: false });
    return {
      ok: true,
      app_id: "A0WADDLE01",
      token_type: "bot",
      scope,
      access_token: accessToken,
      bot_user_id: secrets.botUserId,
      team: { id: secrets.teamId, name: "Waddle demo" },
      enterprise: null,
      is_enterprise_install: false,
      authed_user: { id: "U0PIA00001" },
      ...(isRotating ? { refresh_token: refreshToken, expires_in: lifetimeSeconds } : {}),
    };
  }

  function exchange(form: URLSearchParams): object {
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    if (!code || clock.now() - code.at > codeMs) return { ok: false, error: "invalid_code" };
    if (code.redirectUri !== form.get("redirect_uri")) return { ok: false, error: "bad_redirect_uri" };
    return grant(code.scope);
  }

  function refresh(form: URLSearchParams): object {
    const held = refreshTokens.get(form.get("refresh_token") ?? "");
    if (!held || held.isSpent) return { ok: false, error: "invalid_refresh_token" };
    held.isSpent = true;
    return grant(held.scope);
  }

  const tokens: SlackTokens = {
    rotates: false,
    refusal(header) {
      if (!header) return "not_authed";
      const access = known.get(header.replace(/^Bearer /, ""));
      if (!access) return "invalid_auth";
      if (access.isRevoked) return "token_revoked";
      return access.expiresAt <= clock.now() ? "token_expired" : undefined;
    },
    issueCode(consent) {
      const code = `${random.int(1e9)}.${random.int(1e9)}.${random.hex(64)}`;
      codes.set(code, { ...consent, at: clock.now() });
      return code;
    },
    access(authorization, form) {
      if (authorization !== basic) return { ok: false, error: "bad_client_secret" };
      return form.get("grant_type") === "refresh_token" ? refresh(form) : exchange(form);
    },
    revoke(header = "") {
      const access = known.get(header.replace(/^Bearer /, ""));
      if (access) access.isRevoked = true;
    },
    expireAll() {
      for (const access of known.values()) access.expiresAt = Math.min(access.expiresAt, clock.now());
    },
    revokeAll() {
      for (const access of known.values()) access.isRevoked = true;
      for (const held of refreshTokens.values()) held.isSpent = true;
    },
    issued: () => issued,
  };
  return tokens;
}
