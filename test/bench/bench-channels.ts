import { makeEntityId } from "#contracts/ids";
import { demoIds } from "#simulators/demo";
import type { SetupChannel } from "#tools/setup";

/** A channel works through its events one after the other, so load is spread over as many as this. */
export const channelCount = 50;

const numbers = Array.from({ length: channelCount }, (_, index) => String(index).padStart(3, "0"));

/** The platforms' own ids; all of them are channels of the demo community. */
export const slackChannels = numbers.map((number) => `C0BENCH${number}`);
export const discordChannels = numbers.map((number) => `760000000000000${number}`);
/** Twitch has no server apart from the channel. */
export const twitchChannels = { plain: "770000001", commands: "770000002" } as const;
export const timedTwitchChannels = numbers.map((number) => `771000${number}`);
/** Batches are counted in some rooms and timed in others. */
export const timedIrcChannels = numbers.map((number) => `#timed-${number}`);
export const ircServer = "irc.bench.example";
export const ircChannels = numbers.map((number) => `#bench-${number}`);

const { slackTeamId, discordGuildId } = demoIds;

/** The name of a channel's object. */
export const entityOf = {
  slack: (channel: string) => makeEntityId({ platform: "slack", server: slackTeamId, channel }),
  discord: (channel: string) => makeEntityId({ platform: "discord", server: discordGuildId, channel }),
  twitch: (server: string) => makeEntityId({ platform: "twitch", server }),
  irc: (channel: string) => makeEntityId({ platform: "irc", server: ircServer, channel }),
} as const;

/** What the set-up registers beside the demo. */
export const benchChannels: readonly SetupChannel[] = [
  ...slackChannels.map(entityOf.slack),
  ...discordChannels.map(entityOf.discord),
  ...Object.values(twitchChannels).map(entityOf.twitch),
  ...timedTwitchChannels.map(entityOf.twitch),
  ...ircChannels.map(entityOf.irc),
  ...timedIrcChannels.map(entityOf.irc),
].map((entityId) => ({ entityId, channelName: entityId, viewers: [] }));
