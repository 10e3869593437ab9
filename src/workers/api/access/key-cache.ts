import type { KeyRecord } from "#workers/api/access/verify-key";

/** A disabled key dies within this time in every isolate; the promise is 60 s (GW-6). */
export const keyCacheMs = 30_000;
const mostKeys = 1000;

export interface KeyCache {
  /** From memory when it is young enough, else by `load`. What is not there is not remembered. */
  find(id: string, load: (id: string) => Promise<KeyRecord | undefined>): Promise<KeyRecord | undefined>;
  has(id: string): boolean;
  forget(id: string): void;
}

/** Known keys of one isolate. A super admin's key is never kept: a new one must stop the old at once (BRK-4). */
export function makeKeyCache(now: () => number = Date.now): KeyCache {
  const known = new Map<string, { record: KeyRecord; until: number }>();
  const fresh = (id: string) => {
    const entry = known.get(id);
    return entry && entry.until > now() ? entry.record : undefined;
  };
  return {
    async find(id, load) {
      const held = fresh(id);
      if (held) return held;
      known.delete(id);
      const record = await load(id);
      if (!record || record.roles.includes("super-admin")) return record;
      const [oldest] = known.keys();
      if (known.size >= mostKeys && oldest !== undefined) known.delete(oldest);
      known.set(id, { record, until: now() + keyCacheMs });
      return record;
    },
    has: (id) => fresh(id) !== undefined,
    forget: (id) => void known.delete(id),
  };
}
