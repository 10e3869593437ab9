import { makeEntityId, makeUserKey } from "#contracts/ids";
import type { Role } from "#contracts/role";
import { requireViewer, type Viewer, viewers } from "#simulators/viewers";

/** Those on the rehearsal stage. */
export const simulatedPlatforms = ["twitch", "discord", "slack"] as const;
/** Those beside it: simulated for tests, without a place on the page yet. */
export const offstagePlatforms = ["kick"] as const;
export type SimulatedPlatform = (typeof simulatedPlatforms)[number] | (typeof offstagePlatforms)[number];

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
  return { twitch: twitchId, slack: slackId, discord: discordId, kick: kickIdOf(viewer) }[platform];
}

/** Kick counts its accounts: their place in the list, beside the bot's own. */
export function kickIdOf(viewer: Viewer): string {
  return String(730_000_001 + viewers.indexOf(viewer));
}

/** For tests of Kick; not among the channels that are seeded by themselves. */
export const kickChannel: DemoChannel = makeDemoChannel("kick", "pia-plays", demoIds.kickBroadcasterId);

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
