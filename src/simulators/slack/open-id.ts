import type { Random } from "#simulators/random";
import type { SimulatorSecrets } from "#simulators/secrets";
import type { SignInConsent } from "#simulators/sign-in-page";
import type { Viewer } from "#simulators/viewers";

/** Sign in with Slack: tokens that know a person and may do nothing else. */
export interface SlackOpenId {
  issueCode(consent: SignInConsent): string;
  /** `openid.connect.token`. */
  exchange(form: URLSearchParams): object;
  /** `openid.connect.userInfo`. */
  userInfo(authorization: string | undefined): object;
}

export function makeSlackOpenId(secrets: SimulatorSecrets["slack"], random: Random): SlackOpenId {
  const codes = new Map<string, SignInConsent>();
  const people = new Map<string, Viewer>();
  return {
    issueCode(consent) {
      const code = `${random.int(1e9)}.${random.int(1e9)}.${random.hex(64)}`;
      codes.set(code, consent);
      return code;
    },
    exchange(form) {
      const isClient =
        form.get("client_id") === secrets.clientId && form.get("client_secret") === secrets.clientSecret;
      if (!isClient) return { ok: false, error: "bad_client_secret" };
      const code = codes.get(form.get("code") ?? "");
      codes.delete(form.get("code") ?? "");
      if (!code) return { ok: false, error: "invalid_code" };
      if (code.redirectUri !== form.get("redirect_uri")) return { ok: false, error: "bad_redirect_uri" };
      const token = `xoxp-${random.hex(40)}`;
      people.set(token, code.viewer);
      return { ok: true, access_token: token, token_type: "Bearer" };
    },
    userInfo(authorization) {
      const person = people.get(authorization?.replace(/^Bearer /, "") ?? "");
      if (!person) return { ok: false, error: "invalid_auth" };
      return {
        ok: true,
        sub: person.slackId,
        "https://slack.com/user_id": person.slackId,
        "https://slack.com/team_id": secrets.teamId,
        name: person.name,
      };
    },
  };
}
