// @ts-check
/// <reference lib="dom" />
/** @typedef {import("#contracts/overlay").Seqs} Seqs */
/** @typedef {import("#contracts/overlay").ShownFrame} ShownFrame */
/** @typedef {{ at: number, last: Seqs, left: ShownFrame[] }} Snapshot */

/** What is older belongs to another stream. */
const maxAgeMs = 10 * 60_000;

/** Keeps over a reload what was not shown yet, in this tab only. @param {string} type @param {Omit<Snapshot, "at">} snapshot */
export function keepSnapshot(type, snapshot) {
  sessionStorage.setItem(`snapshot:${type}`, JSON.stringify({ ...snapshot, at: Date.now() }));
}

/** Once only: a snapshot that breaks the page may not break it again. @param {string} type @returns {Snapshot | undefined} */
export function takeSnapshot(type) {
  const name = `snapshot:${type}`;
  const text = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  if (text === null) return undefined;
  /** @type {Snapshot} */
  const snapshot = JSON.parse(text);
  return Date.now() - snapshot.at < maxAgeMs ? snapshot : undefined;
}
