import type { BoardPlace, Standing } from "#workers/api/reputation/standing-store";

/** A page with ranks; the cursor says behind whom the next begins, so that nobody is listed twice while sums move. */
export function boardPage(
  people: readonly Standing[],
  { after, limit, by }: { after: BoardPlace | undefined; limit: number; by: "points" | "score" },
) {
  const before = after?.rank ?? 0;
  const ranked = people.map((person, index) => ({ ...person, rank: before + index + 1 }));
  const last = ranked.length === limit ? ranked.at(-1) : undefined;
  const next = last && `${last.rank}_${by === "points" ? last.points : last.score}_${last.user_key}`;
  return { people: ranked, count: ranked.length, next_cursor: next ?? null };
}

/** Undefined without a cursor: the first page. */
export function placeOf(cursor: string | undefined): BoardPlace | undefined | "bad" {
  if (cursor === undefined) return undefined;
  const [, rank, value, userKey] =
    /^(\d{1,9})_(-?\d{1,18}(?:\.\d{1,4})?)_([^\s]{3,300})$/u.exec(cursor) ?? [];
  if (rank === undefined || value === undefined || userKey === undefined) return "bad";
  return { rank: Number(rank), value, userKey };
}
