import type { LaneRule, OutboundGate, SendPriority } from "#contracts/outbound-gate";

/** Discord lets one bot call 50 times a second, over all routes (Rate Limits). */
const overall: LaneRule = { lane: "discord/all", limit: 50, windowMs: 1000 };
/** 10,000 invalid answers in ten minutes ban the address; the bot stops itself long before. */
const invalid: LaneRule = { lane: "discord/invalid", limit: 5000, windowMs: 600_000 };
/** A bot whose sign-in was rejected asks again after this long; every try costs of the invalid budget. */
const rejectedMs = 60_000;
const maxWaitMs = 15 * 60_000;

/**
 * The lane of a route: method and path, with only the major parameter (channel, guild, webhook) kept, because the
 * platform counts those apart. How many calls it lets through is never assumed: its headers shut the lane.
 */
export function routeLane(method: string, path: string): LaneRule {
  const [pathname = ""] = path.split("?");
  const [first = "", major = "", ...rest] = pathname.split("/").filter(Boolean);
  const others = rest.map((part) => (/^\d+$/.test(part) || part.includes("%") ? ":id" : part));
  return { lane: `discord/${[method, first, major, ...others].join(" ")}`, limit: 50, windowMs: 1000 };
}

/** Waits for no one: 0 when the call may go out now. */
export async function enter(gate: OutboundGate, lane: LaneRule, priority: SendPriority): Promise<number> {
  const { waitMs } = await gate.take([overall, lane], priority);
  return waitMs;
}

/** What an answer says about the next calls. Reads headers only, so that it works for every body. */
export async function learn(
  gate: OutboundGate,
  lane: LaneRule,
  { status, headers }: { status: number; headers: Headers },
  now: number,
): Promise<void> {
  const scope = headers.get("x-ratelimit-scope");
  if (status === 429) {
    const isForAll = scope === "global" || headers.has("x-ratelimit-global");
    await gate.shut(isForAll ? overall.lane : lane.lane, now + (waitOf(headers, "retry-after") ?? 1000));
  } else if (headers.get("x-ratelimit-remaining") === "0") {
    await gate.shut(lane.lane, now + (waitOf(headers, "x-ratelimit-reset-after") ?? 1000));
  }
  if (status === 401) await gate.shut(overall.lane, now + rejectedMs);
  // A limit shared with others is not this bot's fault and is not counted against it.
  if (![401, 403, 429].includes(status) || scope === "shared") return;
  const { waitMs } = await gate.take([invalid], "moderation");
  if (waitMs > 0) await gate.shut(overall.lane, now + waitMs);
}

function waitOf(headers: Headers, name: string): number | undefined {
  const seconds = Number(headers.get(name) ?? Number.NaN);
  if (!Number.isFinite(seconds) || seconds < 0) return undefined;
  return Math.min(Math.max(Math.ceil(seconds * 1000), 100), maxWaitMs);
}
