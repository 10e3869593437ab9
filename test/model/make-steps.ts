import { makeRandom, type Random } from "#simulators/random";
import type { Happening, Step, World, WorldChannel } from "#test/model/language";
import { aliasWords, removableAliases } from "#test/model/make-world";

export const startAt = 1_800_000_000_000;

const lines: readonly ((random: Random) => string)[] = [
  () => "hello there",
  () => "hello there",
  (random) => `what a game ${random.int(99)}`,
  (random) => `!ping ${random.int(99)}`,
  () => "!PING  twice",
  (random) => `!cool ${random.int(9)}`,
  () => "!cool",
  () => "!lim",
  () => "!lim",
  () => "!lim",
  () => "!lim",
  () => "!lim",
  () => "!mod x",
  () => "!own x",
  () => "!off",
  () => "!pay up",
  (random) => `!flaky timeout ${random.int(6)}`,
  (random) => `!flaky rate_limited ${random.int(3)}`,
  (random) => `!flaky unavailable ${random.int(5)}`,
  () => "!flaky internal 1",
  (random) => `!show frame ${random.int(99)}`,
  () => "!mem list",
  () => "#game go",
  (random) => `!alias add ${pick(random, aliasWords)}`,
  (random) => `!alias add ${pick(random, aliasWords)}`,
  (random) => `!alias remove ${pick(random, removableAliases)}`,
  (random) => `!${pick(random, aliasWords)}`,
  (random) => `!${pick(random, aliasWords)}`,
  () => "!nosuch",
  () => "! not a command",
  () => "!!",
  () => "this is a BADWORD!",
  () => "a cat.",
  () => "concat",
  () => "say ping",
  () => "say own",
  () => "hook me up",
  () => "quiet please",
  () => "quiet cat badword",
];

export interface StepOptions {
  seed: number;
  /** Different events; deliveries are more, because some come up to four times. */
  events: number;
}

/**
 * Events of all channels mixed, a burst now and then; a third of them is delivered two to four times, at once or some
 * seconds later, under the same id, under a second name, or (rarely) with other words; objects die now and then.
 */
export function makeSteps(world: World, { seed, events }: StepOptions): Step[] {
  const random = makeRandom(seed).fork("steps");
  const steps: Step[] = [];
  const late = new Map<number, Happening[]>();
  let made = 0;
  for (let second = 0; made < events || late.size > 0; second++) {
    const fresh: Happening[] = late.get(second) ?? [];
    late.delete(second);
    const wanted = Math.min(events - made, 10 + random.int(50));
    // Chat comes in bursts: at any second a few channels talk.
    const stage = Array.from({ length: 1 + random.int(10) }, () => pick(random, world.channels));
    for (let n = 0; n < wanted; n++) {
      const one = makeHappening(random, pick(random, stage), made++);
      fresh.push(one);
      for (let again = random.chance(0.33) ? 1 + random.int(3) : 0; again > 0; again--) {
        const other = repeat(random, one, `${made}-${again}`);
        const wait = random.int(20);
        if (wait === 0) fresh.push(other);
        else late.set(second + wait, [...(late.get(second + wait) ?? []), other]);
      }
    }
    steps.push(...groupByChannel(random, fresh, startAt + second * 1000));
  }
  return steps;
}

/** Between channels any order, within one the order they came in. */
function groupByChannel(random: Random, happenings: readonly Happening[], at: number): Step[] {
  const byEntity = new Map<string, Happening[]>();
  for (const one of happenings) byEntity.set(one.entity, [...(byEntity.get(one.entity) ?? []), one]);
  const steps = [...byEntity].map(([entity, all]): Step => {
    const accidents = ["restart", "dies before the module", "dies after the module"] as const;
    return {
      at,
      entity,
      happenings: all,
      ...(random.chance(0.05) ? { accident: pick(random, accidents) } : {}),
    };
  });
  return steps
    .map((step) => ({ step, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ step }) => step);
}

function makeHappening(random: Random, channel: WorldChannel, number: number): Happening {
  const { entity, platform } = channel;
  const base = {
    id: `${platform}:e${number}`,
    entity,
    platform,
    userId: String(1 + random.int(7)),
    ...(random.chance(0.05) ? { platformRole: "moderator" as const } : {}),
    ...(random.chance(0.1) ? { semanticKey: `post-${number}` } : {}),
  };
  if (random.chance(0.04))
    return {
      ...base,
      type: "button_click",
      customId: pick(random, ["show:press:a:b", "show:other", "gone:x"]),
    };
  if (random.chance(0.06))
    return { ...base, type: pick(random, ["follow", "raid", "subscription", "subgift"]) };
  if (random.chance(0.03)) return { ...base, type: "cheer", bits: 1 + random.int(500) };
  return { ...base, type: "chatMessage", text: pick(random, lines)(random) };
}

function repeat(random: Random, one: Happening, tag: string): Happening {
  if (one.semanticKey && random.chance(0.5)) return { ...one, id: `${one.id}-second-name-${tag}` };
  if (one.text && random.chance(0.05)) return { ...one, text: `${one.text} and more` };
  return one;
}

function pick<T>(random: Random, all: readonly T[]): T {
  const one = all[random.int(all.length)];
  if (one === undefined) throw new Error("nothing to choose from");
  return one;
}
