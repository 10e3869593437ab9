export type Range = { ok: true; from: string; to: string } | { ok: false; why: "needRange" | "badRange" };

/** What two fields of a form say, as moments of the API. */
export function readRange(from: string, to: string): Range {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(start) || Number.isNaN(end)) return { ok: false, why: "needRange" };
  if (start > end) return { ok: false, why: "badRange" };
  return { ok: true, from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}
