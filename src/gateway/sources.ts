import type { Backoff } from "#gateway/backoff";
import type { GatewayConfig } from "#gateway/config";
import { makeDiscordSource } from "#gateway/discord/source";
import { makeIrcSource } from "#gateway/irc/source";
import { makeSlackSource } from "#gateway/slack/source";
import type { MakeSource } from "#gateway/source";

export interface SourceTimings {
  irc?: Backoff;
}

/** Every platform this gateway was configured for. A new one is a folder and a line here. */
export function makeSources(config: GatewayConfig, timings: SourceTimings = {}): MakeSource[] {
  return [
    makeIrcSource({ networks: config.networks, ...(timings.irc && { backoff: timings.irc }) }),
    ...(config.discord ? [makeDiscordSource({ config: config.discord })] : []),
    ...(config.slack ? [makeSlackSource({ config: config.slack })] : []),
  ];
}
