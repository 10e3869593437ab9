/** A repeatable source of chance: the same seed gives the same sequence, and each fork its own. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** 0 ≤ x < bound, whole. */
  int(bound: number): number;
  chance(probability: number): boolean;
  hex(length: number): string;
  /** Upper-case letters and digits, the way Slack writes its ids. */
  letters(length: number): string;
  uuid(): string;
  /** An independent sequence: what one part draws never shifts what another part draws. */
  fork(name: string): Random;
}

/** Mulberry32: small, fast and good enough to place faults; never used for anything secret. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (bound: number) => Math.floor(next() * bound);
  const draw = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet.charAt(int(alphabet.length))).join("");
  const hex = (length: number) => draw("0123456789abcdef", length);
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    hex,
    letters: (length) => draw("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", length),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${draw("89ab", 1)}${hex(3)}-${hex(12)}`,
    fork: (name) => makeRandom(hash(`${seed}/${name}`)),
  };
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
