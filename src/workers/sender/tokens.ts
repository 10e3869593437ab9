import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { PlatformConfig } from "#contracts/platform";
import type { ReplyTarget } from "#contracts/reply-target";
import { platformConfig } from "#workers/shared/platform-config";

/** The token a message needs. An interaction and a response_url carry their own right to answer. */
export async function tokenFor(
  env: SenderEnv,
  target: ReplyTarget,
  rejected?: string,
): Promise<Outcome<string>> {
  if (target.kind !== "chat") return succeed("");
  if (target.platform === "twitch")
    return env.TOKEN_VAULT.get(env.TOKEN_VAULT.idFromName("twitch")).getAppToken(rejected);
  const token = fixedToken(platformConfig(env), target.platform);
  // A fixed token that was rejected stays rejected.
  if (!token || rejected !== undefined)
    return refuse("forbidden", { message: `${target.platform} needs a new bot token` });
  return succeed(token);
}

/** A platform's fixed token bears its name: `SLACK_BOT_TOKEN`. A new platform needs no line here. */
export function fixedToken(config: PlatformConfig, platform: string): string | undefined {
  return config[`${platform.toUpperCase().replaceAll("-", "_")}_BOT_TOKEN`];
}
