import type { EntityParts } from "#contracts/ids";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { PlatformConfig } from "#contracts/platform";
import type { PlatformAction } from "#contracts/platform-action";
import type { ReplyTarget } from "#contracts/reply-target";
import { userVaultName } from "#durable-objects/token-vault/token-vault";
import { platformConfig } from "#workers/shared/platform-config";

/** Whose token it is. `account` is empty where the application itself speaks. */
export interface Speaker {
  token: string;
  account: string;
}

/** The token a message needs. An interaction and a response_url carry their own right to answer. */
export async function tokenFor(
  env: SenderEnv,
  target: ReplyTarget,
  rejected?: string,
): Promise<Outcome<string>> {
  if (target.kind !== "chat") return succeed("");
  if (target.platform === "twitch") return appToken(env, "twitch", rejected);
  return fixed(env, target.platform, rejected);
}

/** The token an action needs; `rejected` is one the platform no longer takes. */
export async function speakerFor(
  env: SenderEnv,
  need: { platform: string; role: PlatformAction["as"]; communityId: number; entity: EntityParts },
  rejected?: string,
): Promise<Outcome<Speaker>> {
  const { platform, role, communityId, entity } = need;
  if (role === "app") return spoken(await appToken(env, platform, rejected), "");
  if (role === "owner") {
    const vault = env.TOKEN_VAULT.get(env.TOKEN_VAULT.idFromName(userVaultName(communityId, platform)));
    return spoken(await vault.getUserToken(entity.server, rejected), entity.server);
  }
  return spoken(await fixed(env, platform, rejected), "bot");
}

function spoken(token: Outcome<string>, account: string): Outcome<Speaker> {
  return token.ok ? succeed({ token: token.value, account }) : token;
}

async function appToken(env: SenderEnv, platform: string, rejected?: string): Promise<Outcome<string>> {
  if (platform !== "twitch") return refuse("unavailable", { message: `${platform} has no app token` });
  return env.TOKEN_VAULT.get(env.TOKEN_VAULT.idFromName(platform)).getAppToken(rejected);
}

function fixed(env: SenderEnv, platform: string, rejected?: string): Outcome<string> {
  const token = fixedToken(platformConfig(env), platform);
  // A fixed token that was rejected stays rejected.
  if (!token || rejected !== undefined)
    return refuse("forbidden", { message: `${platform} needs a new bot token` });
  return succeed(token);
}

/** A platform's fixed token bears its name: `SLACK_BOT_TOKEN`. A new platform needs no line here. */
export function fixedToken(config: PlatformConfig, platform: string): string | undefined {
  return config[`${platform.toUpperCase().replaceAll("-", "_")}_BOT_TOKEN`];
}
