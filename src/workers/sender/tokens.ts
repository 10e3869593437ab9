import { type EntityParts, makeEntityId, parseEntityId } from "#contracts/ids";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { PlatformConfig } from "#contracts/platform";
import type { PlatformAction } from "#contracts/platform-action";
import type { OutboundMessage } from "#contracts/sender";
import { openDatabase } from "#db/client";
import { grantName, userVaultName } from "#durable-objects/token-vault/vault-names";
import { timedOut, within } from "#lib/within";
import { platforms } from "#platforms/registry";
import { BotDirectory, type BotDirectoryDeps, type BotPlace, findBots } from "#workers/sender/bot-directory";
import { variable } from "#workers/sender/variables";
import { platformConfig } from "#workers/shared/platform-config";

/** Whose token it is. */
export interface Speaker {
  token: string;
  /** The platform's id of the account; empty where the application itself or a fixed token speaks. */
  account: string;
  /** Whose limits on the platform count. */
  identity: string;
}

/** What choosing a token needs: the environment, and how to keep work alive that nobody waits for. */
export interface SpeakerContext {
  env: SenderEnv;
  background: BotDirectoryDeps["background"];
}

/** Platforms on which the application's own token speaks for the bot where no account was connected. */
const speaksAsApp: ReadonlySet<string> = new Set(["twitch"]);
const directory = new BotDirectory();
const directoryTimeMs = 3000;

/** The token a message needs. An interaction and a response_url carry their own right to answer. */
export async function tokenFor(
  context: SpeakerContext,
  { target, entityId }: Pick<OutboundMessage, "target" | "entityId">,
  rejected?: string,
): Promise<Outcome<Speaker>> {
  if (target.kind !== "chat") return succeed({ token: "", account: "", identity: "bot" });
  const { platform, server = target.channel } = target;
  const named = parseEntityId(entityId);
  return botSpeaker(context, named?.platform === platform ? named : { platform, server }, rejected);
}

/** The token an action needs; `rejected` is one the platform no longer takes. */
export async function speakerFor(
  context: SpeakerContext,
  need: { role: PlatformAction["as"]; communityId: number; entity: EntityParts },
  rejected?: string,
): Promise<Outcome<Speaker>> {
  const { role, communityId, entity } = need;
  const { platform, server } = entity;
  if (role === "app") return spoken(await appToken(context.env, platform, rejected), "", "app");
  if (role === "bot") return botSpeaker(context, entity, rejected);
  const grant = { communityId, platform, account: server };
  const token = await fromVault(context.env, "owner", grant, rejected);
  if (!token.ok && token.code === "not_found")
    return refuse("forbidden", { message: `the owner of this ${platform} channel has not connected it` });
  return spoken(token, server, server);
}

/** After a connection was made or ended here. */
export function forgetBots(): void {
  directory.forget();
}

/**
 * The community's own bot account, then the platform-wide one, then the fixed token. An account that must be connected
 * again is passed over, so that the bot goes on speaking while its owner is told.
 */
async function botSpeaker(
  { env, background }: SpeakerContext,
  entity: EntityParts,
  rejected: string | undefined,
): Promise<Outcome<Speaker>> {
  const { platform, server } = entity;
  const isInstall = platforms.get(platform)?.oauth?.isInstall ?? false;
  const bots = await botsOf({ env, background }, entity);
  for (const { communityId, account } of bots ?? []) {
    const token = await fromVault(env, "bot", { communityId, platform, account }, rejected);
    if (token.ok) return spoken(token, isInstall ? "" : account, isInstall ? server : account);
    if (token.code !== "forbidden" && token.code !== "not_found") return token;
  }
  const token = speaksAsApp.has(platform)
    ? await appToken(env, platform, rejected)
    : fixed(platformConfig(env), platform, rejected);
  if (!token.ok && !bots)
    return refuse("unavailable", { message: "nobody knows who speaks here", retryAfterMs: 5000 });
  return spoken(token, "", "bot");
}

/** Undefined when it cannot be found out now. */
async function botsOf({ env, background }: SpeakerContext, entity: EntityParts) {
  const { platform, server } = entity;
  const oauth = platforms.get(platform)?.oauth;
  // Nothing to consent to, nothing to look up.
  if (!oauth || oauth.scopes.bot.length === 0 || !platformConfig(env)["DATABASE_URL"]) return [];
  const place = { platform, server, entityId: makeEntityId(entity), isInstall: oauth.isInstall ?? false };
  const find = async (wanted: BotPlace) => {
    const found = await within(findBots(openDatabase(env), wanted), directoryTimeMs);
    if (found === timedOut) throw new Error("the directory did not answer in time");
    return found;
  };
  return directory.botsFor(place, { find, now: () => Date.now(), background }).catch(() => undefined);
}

async function fromVault(
  env: SenderEnv,
  role: "bot" | "owner",
  { communityId, platform, account }: { communityId: number; platform: string; account: string },
  rejected: string | undefined,
): Promise<Outcome<string>> {
  const vault = env.TOKEN_VAULT.get(env.TOKEN_VAULT.idFromName(userVaultName(communityId, platform)));
  return vault.getUserToken({ communityId, provider: platform }, grantName(role, account), rejected);
}

function spoken(token: Outcome<string>, account: string, identity: string): Outcome<Speaker> {
  return token.ok ? succeed({ token: token.value, account, identity }) : token;
}

async function appToken(env: SenderEnv, platform: string, rejected?: string): Promise<Outcome<string>> {
  return env.TOKEN_VAULT.get(env.TOKEN_VAULT.idFromName(platform)).getAppToken(platform, rejected);
}

/** A platform's fixed token bears its name: `SLACK_BOT_TOKEN`. A new platform needs no line here. */
export function fixedToken(config: PlatformConfig, platform: string): string | undefined {
  return config[variable(platform, "BOT_TOKEN")];
}

/** A fixed token that was rejected stays rejected. */
function fixed(config: PlatformConfig, platform: string, rejected?: string): Outcome<string> {
  const known = fixedToken(config, platform);
  if (!known || rejected === known)
    return refuse("forbidden", { message: `${platform} needs a bot account: connect one` });
  return succeed(known);
}
