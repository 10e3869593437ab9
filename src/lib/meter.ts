/** A series as it is counted; the contract's `MetricSample` in the making. */
interface Series {
  family: string;
  labels: Record<string, string>;
  value: number;
  buckets?: number[] | undefined;
}

export type Labels = Readonly<Record<string, string>>;

/** Counts in memory until somebody takes what was counted. */
export class Meter {
  #series = new Map<string, Series>();
  #bounds: readonly number[];

  /** `bounds` are the upper bounds of every histogram, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  count(family: string, labels: Labels, by = 1): void {
    this.#open(family, labels).value += by;
  }

  observe(family: string, labels: Labels, seconds: number): void {
    const series = this.#open(family, labels);
    series.value += seconds;
    series.buckets ??= Array.from({ length: this.#bounds.length + 1 }, () => 0);
    const at = this.#bounds.findIndex((bound) => seconds <= bound);
    const index = at < 0 ? this.#bounds.length : at;
    series.buckets[index] = (series.buckets[index] ?? 0) + 1;
  }

  /** Adds what was counted elsewhere, or what could not be handed on. */
  add(samples: readonly Series[]): void {
    for (const { family, labels, value, buckets } of samples) {
      const series = this.#open(family, labels);
      series.value += value;
      if (buckets) series.buckets = buckets.map((count, at) => count + (series.buckets?.[at] ?? 0));
    }
  }

  get size(): number {
    return this.#series.size;
  }

  has(family: string, labels: Labels): boolean {
    return this.#series.has(keyOf(family, labels));
  }

  read(): Series[] {
    return [...this.#series.values()];
  }

  /** What was counted since the last take. */
  take(): Series[] {
    const all = this.read();
    this.#series = new Map();
    return all;
  }

  #open(family: string, labels: Labels): Series {
    const key = keyOf(family, labels);
    const series = this.#series.get(key) ?? { family, labels: { ...labels }, value: 0 };
    this.#series.set(key, series);
    return series;
  }
}

function keyOf(family: string, labels: Labels): string {
  return JSON.stringify([family, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** The value below which so much of a histogram lies (0 to 1), linear within its bucket; null of an empty one. */
export function quantileOf(
  buckets: readonly number[],
  bounds: readonly number[],
  share: number,
): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let below = 0;
  for (const [at, count] of buckets.entries()) {
    if (below + count >= share * total && count > 0) {
      const from = at === 0 ? 0 : (bounds[at - 1] ?? 0);
      const to = bounds[at] ?? from;
      return from + (to - from) * ((share * total - below) / count);
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}
