import type { LaneRule, OutboundGate } from "#contracts/outbound-gate";

/** Calls a minute of one method in one workspace (Slack, Rate limits: tiers 1 to 4). */
const perMinute = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;

/** The tier of each method we call; `chat.postMessage` has rules of its own. */
const tiers = {
  "auth.test": 4,
  "auth.revoke": 3,
  "chat.delete": 3,
  "chat.postEphemeral": 4,
  "chat.update": 3,
  "conversations.create": 2,
  "conversations.history": 3,
  "conversations.invite": 3,
  "conversations.kick": 3,
  "conversations.setTopic": 2,
  "files.completeUploadExternal": 4,
  "files.getUploadURLExternal": 4,
  "reactions.add": 3,
  "reactions.remove": 2,
  "usergroups.disable": 2,
  "usergroups.enable": 2,
  "usergroups.list": 2,
  "usergroups.users.update": 2,
  "users.info": 4,
  "views.open": 4,
} as const;

export type SlackMethod = keyof typeof tiers | "chat.postMessage";

const minuteMs = 60_000;
/** One a second in a channel, short bursts above it (Slack, Rate limits, chat.postMessage). */
const inChannel = { limit: 4, windowMs: 4000 };
/** "Several hundred a minute" in a workspace, says the same page. */
const inWorkspace = { limit: 240, windowMs: minuteMs };
/** Slack, Handling user interaction: a response_url takes five answers within 30 minutes. */
const atResponseUrl = { limit: 5, windowMs: 30 * minuteMs };

/** What one call counts against. The first lane is the one that a 429 shuts. */
export function lanesOf(
  method: SlackMethod,
  { team, channel = "", places = 1 }: { team: string; channel?: string | undefined; places?: number },
): LaneRule[] {
  const workspace = `slack/${team}/${method}`;
  if (method !== "chat.postMessage")
    return [{ lane: workspace, limit: perMinute[tiers[method]], windowMs: minuteMs, places }];
  return [
    { lane: `${workspace}/${channel}`, ...inChannel, places },
    { lane: workspace, ...inWorkspace, places },
  ];
}

/**
 * Whether this response_url has room left. The url is a capability, so the lane is named by its digest. A gate that
 * was idle for a minute has forgotten: then Slack's own count speaks.
 */
export async function takeResponseUrl(gate: OutboundGate, url: string, places: number): Promise<boolean> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(url));
  const hex = Array.from(new Uint8Array(digest).slice(0, 16), (byte) => byte.toString(16).padStart(2, "0"));
  const lane = { lane: `slack/response-url/${hex.join("")}`, ...atResponseUrl, places };
  // All five are ours, whatever the message's own priority is.
  const { waitMs } = await gate.take([lane], "moderation");
  return waitMs === 0;
}
