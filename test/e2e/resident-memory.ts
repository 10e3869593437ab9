import { readFileSync } from "node:fs";

/** What a process has in memory, in bytes; undefined where there is no /proc. */
export function residentBytes(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== "linux") return undefined;
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** In megabytes. */
export interface Growth {
  first: number;
  last: number;
  grown: number;
}

/**
 * What stays of a heap: its lowest reading in the first third of a run against that in the last. In between it goes up and
 * down by what the collector has not thrown away yet.
 */
export function growthOfTroughs(samples: readonly number[]): Growth {
  return compareThirds(samples, (third) => Math.min(...third));
}

/** The medians of the first and the last third: what a process takes, with all that its heaps keep in reserve. */
export function growthOfMedians(samples: readonly number[]): Growth {
  return compareThirds(
    samples,
    (third) => third.toSorted((a, b) => a - b)[Math.floor(third.length / 2)] ?? 0,
  );
}

function compareThirds(samples: readonly number[], measure: (third: readonly number[]) => number): Growth {
  if (samples.length === 0) return { first: 0, last: 0, grown: 0 };
  const third = Math.max(1, Math.floor(samples.length / 3));
  const megabytes = (bytes: number) => Math.round((bytes / 2 ** 20) * 10) / 10;
  const first = measure(samples.slice(0, third));
  const last = measure(samples.slice(-third));
  return { first: megabytes(first), last: megabytes(last), grown: megabytes(last - first) };
}
