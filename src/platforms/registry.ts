import type { Platform } from "#contracts/platform";
import { platform as discord } from "#platforms/discord/index";
import { platform as irc } from "#platforms/irc/index";
import { platform as kick } from "#platforms/kick/index";
import { platform as slack } from "#platforms/slack/index";
import { platform as twitch } from "#platforms/twitch/index";
import { platform as youtube } from "#platforms/youtube/index";

/** Every platform there is, by name. A new one is a new folder and a line here. */
export const platforms: ReadonlyMap<string, Platform> = new Map(
  [discord, irc, kick, slack, twitch, youtube].map((platform) => [platform.name, platform]),
);
