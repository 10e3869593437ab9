/** Points each node has on the ring (60-infrastructure §1.55). */
const defaultVirtualNodes = 150;

interface Point {
  position: number;
  node: string;
}

/**
 * Consistent hashing: which node a key belongs to. The answer depends on the set of nodes alone, never on the order
 * they came in or on the process; a node that comes or goes moves only keys to or from itself (SHD-2, SHD-3).
 */
export class HashRing {
  #virtualNodes: number;
  #nodes = new Set<string>();
  #points: Point[] = [];

  constructor(nodes: Iterable<string> = [], virtualNodes: number = defaultVirtualNodes) {
    this.#virtualNodes = virtualNodes;
    for (const node of nodes) this.#nodes.add(node);
    this.#points = [...this.#nodes].flatMap((node) => this.#pointsOf(node)).sort(byPosition);
  }

  /** The nodes, sorted by name. */
  get nodes(): string[] {
    return [...this.#nodes].sort();
  }

  /** A node that is there already changes nothing. */
  add(node: string): void {
    if (this.#nodes.has(node)) return;
    this.#nodes.add(node);
    this.#points = [...this.#points, ...this.#pointsOf(node)].sort(byPosition);
  }

  /** A node that is not there changes nothing. */
  remove(node: string): void {
    if (!this.#nodes.delete(node)) return;
    this.#points = this.#points.filter((point) => point.node !== node);
  }

  /** The owner of a key, for a channel `platform:channel`; undefined while there is no node. */
  nodeOf(key: string): string | undefined {
    const position = hashText(key);
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    // Behind the last point the ring begins again.
    return (this.#points[low] ?? this.#points[0])?.node;
  }

  /** How many of these keys each node owns, nodes without any included. */
  spread(keys: Iterable<string>): Map<string, number> {
    const counts = new Map(this.nodes.map((node) => [node, 0]));
    for (const key of keys) {
      const node = this.nodeOf(key);
      if (node !== undefined) counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    return counts;
  }

  #pointsOf(node: string): Point[] {
    return Array.from({ length: this.#virtualNodes }, (_, index) => ({
      position: hashText(`${node}#${index}`),
      node,
    }));
  }
}

/** Two points on one position are ordered by name, so that the order of arrival cannot decide. */
function byPosition(first: Point, second: Point): number {
  if (first.position !== second.position) return first.position - second.position;
  return first.node < second.node ? -1 : 1;
}

const encoder = new TextEncoder();

/**
 * 32 bits of a text's UTF-8 bytes: FNV-1a, then a finisher that spreads near-equal names (`node#1`, `node#2`) over the
 * whole ring, which FNV alone does not. Part of the wire between nodes: changing it moves every channel.
 */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
