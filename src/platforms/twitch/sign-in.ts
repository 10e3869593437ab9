import * as z from "zod";
import type { SignInProvider } from "#contracts/sign-in";

const profile = z.object({
  data: z.tuple([
    z.object({
      id: z.string().min(1).max(64),
      login: z.string().max(100),
      display_name: z.string().max(100),
      profile_image_url: z
        .url({ protocol: /^https$/ })
        .max(500)
        .optional()
        .catch(undefined),
    }),
  ]),
});

/** Without a scope: a token that knows whose it is is enough. Twitch knows no PKCE (twitchdev/issues 1097). */
export const signIn: SignInProvider = {
  secrets: ["TWITCH_CLIENT_ID", "TWITCH_CLIENT_SECRET"],
  usesPkce: false,
  clientAuth: "post",
  scope: "",
  server(config) {
    const auth = config.TWITCH_AUTH_BASE || "https://id.twitch.tv/oauth2";
    const api = config.TWITCH_API_BASE || "https://api.twitch.tv/helix";
    return {
      issuer: "https://id.twitch.tv/oauth2",
      authorize: `${auth}/authorize`,
      token: `${auth}/token`,
      profile: `${api}/users`,
    };
  },
  client: (config) => ({ id: config.TWITCH_CLIENT_ID ?? "", secret: config.TWITCH_CLIENT_SECRET ?? "" }),
  profileHeaders: (config) => ({ "client-id": config.TWITCH_CLIENT_ID ?? "" }),
  readProfile(body) {
    const found = profile.safeParse(body).data?.data[0];
    if (!found) return undefined;
    const { id, login, display_name: name, profile_image_url: avatarUrl = null } = found;
    return { id, login, name: name || login, avatarUrl };
  },
};
