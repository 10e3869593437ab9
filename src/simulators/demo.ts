import { makeEntityId, makeUserKey } from "#contracts/ids";
import type { Role } from "#contracts/role";
import { requireViewer, type Viewer, viewers } from "#simulators/viewers";
import { youtubeChannelOf } from "#simulators/youtube/channel-of";

/** All of them stand on the rehearsal stage, in this order. */
export const simulatedPlatforms = ["twitch", "discord", "slack", "kick", "youtube"] as const;
export type SimulatedPlatform = (typeof simulatedPlatforms)[number];

/** Public ids of the demo world. Fixed, because a kept database refers to them after a restart. */
export const demoIds = {
  twitchBroadcasterId: requireViewer("pia").twitchId,
  twitchBotUserId: "710000099",
  slackTeamId: "T0WADDLE01",
  slackChannelId: "C0LOUNGE01",
  slackBotUserId: "U0WADDLE99",
  discordGuildId: "720000000000000001",
  discordChannelId: "720000000000000002",
  discordApplicationId: "720000000000000099",
  youtubeBotChannelId: "UCwaddlebot000000000000",
  kickBotUserId: "730000099",
  kickBroadcasterId: kickIdOf(requireViewer("pia")),
} as const;

/** One demo channel, with everything the seeding of a community needs. */
export interface DemoChannel {
  platform: SimulatedPlatform;
  entityId: string;
  server: string;
  channel?: string;
  /** What people call it. */
  channelName: string;
  viewers: { id: string; name: string; userKey: string; role: Role }[];
}

export const demoChannels: readonly DemoChannel[] = [
  makeDemoChannel("twitch", "pia_plays", demoIds.twitchBroadcasterId),
  makeDemoChannel("discord", "lounge", demoIds.discordGuildId, demoIds.discordChannelId),
  makeDemoChannel("slack", "lounge", demoIds.slackTeamId, demoIds.slackChannelId),
];

/** The person's own id on that platform. */
export function platformUserId(viewer: Viewer, platform: SimulatedPlatform): string {
  const { twitchId, slackId, discordId } = viewer;
  const kick = kickIdOf(viewer);
  const youtube = youtubeChannelOf(viewer.id);
  return { twitch: twitchId, slack: slackId, discord: discordId, kick, youtube }[platform];
}

/** Kick counts its accounts: their place in the list, beside the bot's own. */
export function kickIdOf(viewer: Viewer): string {
  return String(730_000_001 + viewers.indexOf(viewer));
}

/** Not among the channels every test's house begins with; `npm start` and the rehearsal have them. */
export const kickChannel: DemoChannel = makeDemoChannel("kick", "pia-plays", demoIds.kickBroadcasterId);
export const youtubeChannel: DemoChannel = makeDemoChannel("youtube", "Pia plays", youtubeChannelOf("pia"));

/** What the rehearsal stage shows. */
export const stageChannels: readonly DemoChannel[] = [...demoChannels, kickChannel, youtubeChannel];

function makeDemoChannel(
  platform: SimulatedPlatform,
  channelName: string,
  server: string,
  channel?: string,
): DemoChannel {
  return {
    platform,
    entityId: makeEntityId({ platform, server, channel }),
    server,
    ...(channel === undefined ? {} : { channel }),
    channelName,
    viewers: viewers.map((viewer) => ({
      id: viewer.id,
      name: viewer.name,
      userKey: makeUserKey(platform, platformUserId(viewer, platform)),
      role: viewer.role,
    })),
  };
}
