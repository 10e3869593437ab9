import * as z from "zod";
import type { SignInProvider } from "#contracts/sign-in";

const profile = z.object({
  ok: z.literal(true),
  "https://slack.com/user_id": z.string().regex(/^[UW][A-Z0-9]{1,20}$/),
  name: z.string().max(200).default(""),
  picture: z
    .url({ protocol: /^https$/ })
    .max(500)
    .optional()
    .catch(undefined),
});

/** Sign in with Slack, which is OpenID Connect and apart from installing the bot. */
export const signIn: SignInProvider = {
  secrets: ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"],
  usesPkce: false,
  clientAuth: "post",
  scope: "openid profile",
  server(config) {
    const api = config.SLACK_API_BASE || "https://slack.com/api";
    return {
      issuer: "https://slack.com",
      authorize: `${config.SLACK_OPENID_BASE || "https://slack.com/openid/connect"}/authorize`,
      token: `${api}/openid.connect.token`,
      profile: `${api}/openid.connect.userInfo`,
    };
  },
  client: (config) => ({ id: config.SLACK_CLIENT_ID ?? "", secret: config.SLACK_CLIENT_SECRET ?? "" }),
  readProfile(body) {
    const found = profile.safeParse(body).data;
    if (!found) return undefined;
    const { "https://slack.com/user_id": id, name, picture = null } = found;
    return { id, login: name || id, name: name || id, avatarUrl: picture };
  },
};
