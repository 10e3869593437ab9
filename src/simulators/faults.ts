import * as z from "zod";
import { simulatedPlatforms } from "#simulators/demo";
import type { Random } from "#simulators/random";

/** `irc` is Twitch's chat over IRC, a server of its own beside the others' HTTP. */
const faultPlatforms = [...simulatedPlatforms, "irc"] as const;
export type FaultPlatform = (typeof faultPlatforms)[number];

/** What can go wrong on request. */
export const fault = z.object({
  platform: z.enum(faultPlatforms),
  /**
   * On the platform's API: 429, 500, 401, `delay` (slow answer), `drop` (done, but the connection dies before the answer).
   * On webhooks to the edge: `delay`, `drop` (the edge's answer is lost), `duplicate` (sent twice at once),
   * `reorder` (held until a later one is through).
   * `1015`: the address that calls now is banned for `ms` (a minute), and gets Cloudflare's page instead of an answer.
   * On Discord's gateway, right after an event: `op7` (asked to reconnect), `op9` (the session is gone), `op9-resumable`,
   * `close` with `code`, `no-acks` (heartbeats stay unanswered), `drop` (the connection is cut).
   * `rotate`, where tokens rotate (Twitch, Slack, Kick): no access token is good any more, from this call on; what renews
   * them does so once.
   * On IRC, right after a line: `op7` (RECONNECT), `no-acks` (PING stays unanswered), `drop`; `401` refuses the next login,
   * `429` the next words.
   */
  kind: z.enum([
    "429",
    "500",
    "401",
    "rotate",
    "1015",
    "delay",
    "drop",
    "duplicate",
    "reorder",
    "op7",
    "op9",
    "op9-resumable",
    "close",
    "no-acks",
  ]),
  /** Which direction; only `delay` and `drop` have a choice, and there the API is meant by default. */
  on: z.enum(["api", "webhook", "gateway"]).optional(),
  /** What `close` closes with. */
  code: z.int().min(1000).max(4999).optional(),
  /** How often at most; absent with `ratio` means for ever, absent without it means once. */
  times: z.int().positive().optional(),
  /** How likely for each request that could have it; absent means certain. */
  ratio: z.number().min(0).max(1).optional(),
  /** Length of a delay, of a hold, or the time to wait that a 429 names. */
  ms: z.int().nonnegative().optional(),
});
export type Fault = z.infer<typeof fault>;
export type FaultSide = "api" | "webhook" | "gateway" | "login";

export interface Faults {
  set(fault: Fault): void;
  clear(): void;
  /** The fault this request must suffer, if any; counts it. */
  take(platform: FaultPlatform, side: FaultSide): Fault | undefined;
}

/** Faults fire in the order they were set; chance comes from the seed, one sequence per platform and direction. */
export function makeFaults(random: Random): Faults {
  let armed: { fault: Fault; left: number }[] = [];
  const dice = new Map<string, Random>();
  const dieFor = (name: string) => {
    const die = dice.get(name) ?? random.fork(name);
    dice.set(name, die);
    return die;
  };
  return {
    set(wanted) {
      const once = wanted.ratio === undefined ? 1 : Number.POSITIVE_INFINITY;
      armed.push({ fault: wanted, left: wanted.times ?? once });
    },
    clear() {
      armed = [];
    },
    take(platform, side) {
      for (const entry of armed) {
        if (entry.fault.platform !== platform || sideOf(entry.fault) !== side) continue;
        if (!dieFor(`${platform}/${side}`).chance(entry.fault.ratio ?? 1)) continue;
        entry.left -= 1;
        armed = armed.filter((candidate) => candidate.left > 0);
        return entry.fault;
      }
      return undefined;
    },
  };
}

const ircSides: ReadonlyMap<Fault["kind"], FaultSide> = new Map([
  ["401", "login"],
  ["429", "api"],
]);

function sideOf({ platform, kind, on }: Fault): FaultSide {
  if (platform === "irc") return ircSides.get(kind) ?? "gateway";
  if (kind === "duplicate" || kind === "reorder") return "webhook";
  if (["op7", "op9", "op9-resumable", "close", "no-acks"].includes(kind)) return "gateway";
  if (kind === "delay" || kind === "drop") return on ?? "api";
  return "api";
}
