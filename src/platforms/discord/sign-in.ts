import * as z from "zod";
import type { SignInProvider } from "#contracts/sign-in";

const profile = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  username: z.string().max(100),
  global_name: z.string().max(100).nullish(),
  avatar: z
    .string()
    .regex(/^\w{1,64}$/)
    .nullish()
    .catch(null),
});

/** `identify` only: neither mail nor servers are asked for. */
export const signIn: SignInProvider = {
  secrets: ["DISCORD_APPLICATION_ID", "DISCORD_CLIENT_SECRET"],
  usesPkce: true,
  clientAuth: "basic",
  scope: "identify",
  server(config) {
    const pages = config.DISCORD_AUTH_BASE || "https://discord.com/oauth2";
    const api = config.DISCORD_API_BASE || "https://discord.com/api/v10";
    return {
      issuer: "https://discord.com",
      authorize: `${pages}/authorize`,
      token: `${api}/oauth2/token`,
      profile: `${api}/users/@me`,
    };
  },
  client: (config) => ({
    id: config.DISCORD_APPLICATION_ID ?? "",
    secret: config.DISCORD_CLIENT_SECRET ?? "",
  }),
  readProfile(body) {
    const found = profile.safeParse(body).data;
    if (!found) return undefined;
    const { id, username: login, global_name, avatar } = found;
    const avatarUrl = avatar ? `https://cdn.discordapp.com/avatars/${id}/${avatar}.png` : null;
    return { id, login, name: global_name || login, avatarUrl };
  },
};
