/** Where a person's account is a channel by itself; elsewhere they bring in a server or a team. */
const flatPlatforms: readonly string[] = ["twitch", "youtube", "kick"];

export interface OwnChannel {
  platform: string;
  serverId: string;
}

/** The channel that the owner's account is: the first of their keys (`twitch:710`) on such a platform. */
export function ownChannelOf(userKeys: readonly string[]): OwnChannel | undefined {
  for (const key of userKeys) {
    const [platform = "", id = ""] = key.split(":");
    if (flatPlatforms.includes(platform) && id !== "") return { platform, serverId: decodeURIComponent(id) };
  }
  return undefined;
}
