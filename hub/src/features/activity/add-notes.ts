import type { FeedNote } from "#contracts/feed";

const mostShown = 300;

/** Newest first, each once, at most 300: what is told again after a reconnect moves nothing. */
export function addNotes(known: readonly FeedNote[], fresh: readonly FeedNote[]): readonly FeedNote[] {
  const ids = new Set(known.map(({ id }) => id));
  const added = fresh.filter(({ id }) => !ids.has(id) && ids.add(id));
  if (added.length === 0) return known;
  return [...added, ...known].sort((a, b) => b.at - a.at).slice(0, mostShown);
}
