/** Longest chat line a module should say: Twitch's limit, the shortest of the large platforms. */
export const chatTextLength = 500;
/** Longest ticker line (10-router §1.3). */
export const tickerTextLength = 200;

/** At most `length` UTF-16 units, ending in `…` when something was left out; never half a character. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - 1);
  const isSplit = /[\uD800-\uDBFF]$/.test(kept);
  return `${(isSplit ? kept.slice(0, -1) : kept).trimEnd()}…`;
}

/** As many items as fit, whole, and how many were left out: `a · b · and 12 more`. */
export function joinWithin(items: readonly string[], length: number, separator = " · "): string {
  const all = items.join(separator);
  if (all.length <= length) return all;
  for (let kept = items.length - 1; kept > 0; kept -= 1) {
    const text = [...items.slice(0, kept), `and ${items.length - kept} more`].join(separator);
    if (text.length <= length) return text;
  }
  return cutText(all, length);
}
