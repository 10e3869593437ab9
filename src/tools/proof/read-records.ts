import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";
import { inProject } from "#tools/paths";
import type { Figures, Records, RunRecord } from "#tools/proof/judge";

const value = z.union([z.number(), z.string(), z.boolean()]);
const record = z.object({ at: z.string(), figures: z.record(z.string(), value) });
const line = z.object({ name: z.string(), perSecond: z.number(), p50Ms: z.number(), failures: z.number() });
const bench = z.object({
  startedAt: z.string(),
  speed: z.object({ lines: z.array(line) }),
  millions: z.object({ lines: z.array(z.object({ name: z.string(), total: z.number() })) }),
});
const gatewayLoad = z.object({ seconds: z.number(), p99Ms: z.number(), dropped: z.number() });

/** Everything the last runs left in test-results. */
export function readRecords(): Records {
  const records = new Map<string, RunRecord>();
  const folder = inProject("test-results", "figures");
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    const found = record.safeParse(readJson(join(folder, file))).data;
    if (found) records.set(basename(file, ".json"), found);
  }
  const benched = bench.safeParse(readJson(inProject("test-results", "bench.json"))).data;
  if (benched) records.set("bench", { at: benched.startedAt, figures: figuresOfBench(benched) });
  const loaded = gatewayLoad.safeParse(readJson(inProject("test-results", "gateway-load.json"))).data;
  if (loaded) records.set("gateway-load", { at: "", figures: loaded });
  const forged = [...records].filter(([name]) => name.startsWith("forged "));
  if (forged.length > 0) records.set("forged in all", sumOf(forged.map(([, one]) => one)));
  return records;
}

function sumOf(all: readonly RunRecord[]): RunRecord {
  const sum = (figure: string) => all.reduce((so, { figures }) => so + Number(figures[figure] ?? 0), 0);
  return { at: all[0]?.at ?? "", figures: { forgeries: sum("forgeries"), wrong: sum("wrong") } };
}

/** Ratios within one run: they mean something on another machine, too. */
export function figuresOfBench({ speed, millions }: Omit<z.infer<typeof bench>, "startedAt">): Figures {
  const find = (start: RegExp) => speed.lines.find(({ name }) => start.test(name));
  const p50 = (a: RegExp, b: RegExp) => ratio(find(a)?.p50Ms, find(b)?.p50Ms);
  const rate = (a: RegExp, b: RegExp) => ratio(find(a)?.perSecond, find(b)?.perSecond);
  const pairs = [
    ["slack", /^Slack · WaddleBot, \d+ channels/, /^Slack · @slack.*memory/, /^Slack · @slack.*duties/],
    [
      "discord",
      /^Discord · WaddleBot, \d+ channels/,
      /^Discord · discord.*memory/,
      /^Discord · discord.*duties/,
    ],
  ] as const;
  const commands = pairs.flatMap(([platform, ours, memory, dutiful]) => [
    [`${platform}P50OfPeer`, p50(ours, memory)],
    [`${platform}ThroughputOfPeer`, rate(ours, memory)],
    [`${platform}P50OfDutiful`, p50(ours, dutiful)],
    [`${platform}ThroughputOfDutiful`, rate(ours, dutiful)],
  ]);
  const faster = Math.max(
    ...[/memory$/].flatMap((end) =>
      speed.lines.filter(({ name }) => end.test(name)).map(({ perSecond }) => perSecond),
    ),
  );
  const plain = millions.lines.find(({ name }) => /^plain, 10 gateway batches.*1 channel$/.test(name));
  return {
    ...Object.fromEntries(commands),
    batchesOfPeer: ratio(find(/^IRC, batches.*\d\d channels$/)?.perSecond, faster),
    dollarsForPlain: plain?.total ?? Number.NaN,
    wrongAnswers: speed.lines.reduce((sum, { failures }) => sum + failures, 0),
  };
}

function ratio(value: number | undefined, base: number | undefined): number {
  return value === undefined || base === undefined || base === 0 ? Number.NaN : value / base;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // Nobody ran it, or it broke off: then there are no figures.
    return undefined;
  }
}
