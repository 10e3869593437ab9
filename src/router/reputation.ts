import type { MessageType } from "#contracts/event";
import {
  defaultWeights,
  mostAmount,
  type ReputationTier,
  tierFloors,
  type WeightName,
} from "#contracts/reputation";
import { pointsPerUnit } from "#router/points";

/** Something somebody did that may count; `type` is a message type, or a name of nobody's but a service's own. */
export interface Deed {
  platform: string;
  type: string;
  /** Bits, minutes, or hundredths of a currency. */
  amount?: number | null | undefined;
  tier?: string | undefined;
  /** So many alike; only chat is counted together. */
  count?: number | undefined;
}

/** What a deed is worth where nobody decided otherwise. The points are units × per unit, the score is shares × weight. */
export interface Worth {
  name: string;
  units: number;
  perUnit: number;
  weightName: WeightName | null;
  weight: number;
  shares: number;
}

const names: Readonly<Partial<Record<MessageType, string>>> = {
  chatMessage: "message",
  subscription: "sub",
  slashCommand: "command",
};
const types: ReadonlyMap<string, string> = new Map([
  ["message", "chatMessage"],
  ["sub", "subscription"],
  ["command", "slashCommand"],
  ["bits", "cheer"],
  ["gift_subscription", "subgift"],
]);

/** A deed's type from the name a service gives it. */
export function deedTypeOf(name: string): string {
  return types.get(name) ?? name;
}

export function worthOf(deed: Deed): Worth {
  const { platform, type, count = 1 } = deed;
  const amount = Math.min(Math.max(deed.amount ?? 1, 0), mostAmount);
  const weightName = weightNameOf(deed);
  return {
    name: new Map(Object.entries(names)).get(type) ?? type,
    units: type === "cheer" || type === "voice_time" ? amount : count,
    perUnit: pointsPerUnit(platform, type),
    weightName,
    weight: weightName === null ? 0 : defaultWeights[weightName],
    shares: type === "cheer" || type === "donation" ? amount / 100 : count,
  };
}

function weightNameOf({ type, tier }: Deed): WeightName | null {
  switch (type) {
    case "chatMessage":
      return "chat";
    case "slashCommand":
      return "command";
    case "subscription":
    case "resub":
      if (tier === "3") return "sub_tier3";
      return tier === "2" ? "sub_tier2" : "sub_tier1";
    case "subgift":
      return "gift";
    case "giveaway_entry":
    case "follow":
    case "donation":
    case "cheer":
    case "raid":
    case "boost":
    case "warn":
    case "timeout":
    case "kick":
    case "ban":
      return type;
    default:
      return null;
  }
}

export function tierOf(score: number): ReputationTier {
  return tierFloors.find(({ from }) => score >= from)?.tier ?? "poor";
}
