import * as z from "zod";
import type { LiveChatSource, QuotaState, ReadingPlace } from "#contracts/live-chat";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { QuotaPurpose, QuotaReader } from "#durable-objects/quota-ledger/quota";
import type { QuotaBounds } from "#durable-objects/quota-ledger/quota-ledger";

const settings = z.object({
  /** Units a day of the project a key belongs to; Google grants 10,000 unless asked for more. */
  YOUTUBE_DAILY_QUOTA: z.coerce.number().int().min(1).max(100_000_000).default(10_000),
});

/** What one call of this kind takes, and for whom. */
export interface Payment {
  source: LiveChatSource;
  purpose: QuotaPurpose;
  reader?: QuotaReader;
}

/** Takes what a call costs before it is made; `rate_limited` until the day ends when nothing is left. */
export async function pay(
  env: SenderEnv,
  place: ReadingPlace,
  { source, purpose, reader }: Payment,
): Promise<Outcome<QuotaState>> {
  const bounds = { ...quotaBounds(env, source), ...(reader !== undefined && { reader }) };
  const { isTaken, state } = await ledgerOf(env, place).take(source.cost[purpose], purpose, bounds);
  return isTaken ? succeed(state) : usedUp(place, state);
}

/** The platform's own word that nothing is left counts more than what was counted here. */
export async function noteExhausted(
  env: SenderEnv,
  place: ReadingPlace,
  source: LiveChatSource,
): Promise<Outcome<never>> {
  const ledger = ledgerOf(env, place);
  const bounds = quotaBounds(env, source);
  await ledger.exhaust(bounds);
  return usedUp(place, await ledger.state(bounds));
}

export function ledgerOf(env: SenderEnv, { platform, communityId }: ReadingPlace) {
  const name = communityId === null ? platform : `${platform}/community/${communityId}`;
  return env.QUOTA_LEDGER.get(env.QUOTA_LEDGER.idFromName(name));
}

export function quotaBounds(env: SenderEnv, { cost }: LiveChatSource): QuotaBounds {
  return { limit: settings.parse(env).YOUTUBE_DAILY_QUOTA, pageCost: cost.page };
}

function usedUp({ platform, communityId }: ReadingPlace, { resetsAt }: QuotaState) {
  const at = new Date(resetsAt).toISOString().slice(11, 16);
  const whose = communityId === null ? `Today's ${platform} quota` : `Today's quota of this community's key`;
  const message = `${whose} is used up; it begins anew at ${at} UTC.`;
  return refuse("rate_limited", { message, retryAfterMs: Math.max(1000, resetsAt - Date.now()) });
}
