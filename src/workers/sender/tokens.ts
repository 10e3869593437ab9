import * as z from "zod";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { ReplyTarget } from "#contracts/reply-target";

const botTokens = z.object({
  SLACK_BOT_TOKEN: z.string().optional(),
  DISCORD_BOT_TOKEN: z.string().optional(),
});

/** The token a message needs. An interaction and a response_url carry their own right to answer. */
export async function tokenFor(
  env: SenderEnv,
  target: ReplyTarget,
  rejected?: string,
): Promise<Outcome<string>> {
  if (target.kind !== "chat") return succeed("");
  if (target.platform === "twitch")
    return env.TOKEN_VAULT.get(env.TOKEN_VAULT.idFromName("twitch")).getAppToken(rejected);
  const { SLACK_BOT_TOKEN, DISCORD_BOT_TOKEN } = botTokens.parse(env);
  const token = { slack: SLACK_BOT_TOKEN, discord: DISCORD_BOT_TOKEN }[target.platform];
  // A fixed token that was rejected stays rejected.
  if (!token || rejected !== undefined)
    return refuse("forbidden", { message: `${target.platform} needs a new bot token` });
  return succeed(token);
}
