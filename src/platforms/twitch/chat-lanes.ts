import type { LaneRule } from "#contracts/outbound-gate";
import type { PlatformConfig } from "#contracts/platform";
import { sha256Hex } from "#lib/sha256";
import { bucket } from "#platforms/twitch/helix/lanes";

const windowMs = 30_000;
/** Verified bots, over all channels; no account may say more (Twitch, "Chat rate limits"). */
const overall: LaneRule = { lane: "chat", limit: 7500, windowMs };
/** A second, and a tenth for the way there: what arrives closer together is dropped. */
const floorMs = 1100;

export const chatLane = (channel: string) => `chat/${channel}`;
export const floorLane = (channel: string) => `floor/${channel}`;
export const saidLane = async (channel: string, text: string) =>
  `said/${channel}/${(await sha256Hex(text)).slice(0, 16)}`;

/**
 * What Twitch counts of one message: 20 in 30 s of a channel, one a second, no text twice within 30 s; a moderator may
 * say 100 and is free of the other two. All of them at the first part, only the last two at the following ones.
 */
export async function chatLanes(
  { channel, text, parts }: { channel: string; text: string; parts: number },
  config: PlatformConfig,
): Promise<LaneRule[]> {
  const rules: LaneRule[] = [
    { lane: floorLane(channel), limit: 1, windowMs: floorMs, ...forModerators(channel, Infinity) },
    { lane: await saidLane(channel, text), limit: 1, windowMs, ...forModerators(channel, Infinity) },
  ];
  if (parts > 0) {
    const all = { lane: chatLane(channel), limit: 20, windowMs, ...forModerators(channel, 100) };
    rules.unshift(...[bucket, overall, all].map((rule) => ({ ...rule, places: parts })));
  }
  // Said by the operator of a bot that is moderator wherever it speaks; else the gate knows.
  if (config.TWITCH_BOT_IS_MODERATOR !== "1") return rules;
  return rules.map((rule) => ({ ...rule, limit: rule.inModerated?.limit ?? rule.limit }));
}

function forModerators(place: string, limit: number): Pick<LaneRule, "inModerated"> {
  return { inModerated: { place, limit } };
}
