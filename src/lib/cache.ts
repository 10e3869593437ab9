/** Where a cache keeps its entries. Every call may fail; the cache then answers without it. */
export interface CacheStore {
  get(key: string): CacheEntry | undefined | Promise<CacheEntry | undefined>;
  set(key: string, entry: CacheEntry): void | Promise<void>;
  delete(key: string): boolean | Promise<boolean>;
  keys(): Iterable<string> | Promise<Iterable<string>>;
}

/** `json` is the value as JSON, so that nobody changes what another reads. */
export interface CacheEntry {
  json: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface CacheStats {
  hits: number;
  misses: number;
  /** Calls of the store that failed. */
  errors: number;
}

export interface CacheOptions {
  now: () => number;
  store?: CacheStore;
  /** 300 s unless said (60-infrastructure §1.51). */
  ttlSeconds?: number;
}

export type CachedValue =
  | string
  | number
  | boolean
  | null
  | readonly CachedValue[]
  | { readonly [key: string]: CachedValue };

/** A key of the house's namespace: `waddlebot:cache:labels:7`. */
export function cacheKey(...parts: readonly (string | number)[]): string {
  return ["waddlebot", "cache", ...parts].join(":");
}

/**
 * A cache whose store may be away: reading then finds nothing, writing then keeps nothing, and `errors` rises (CCH-3).
 * Values are read by a parser of the caller's, so what an older version wrote is a miss and no crash.
 */
export class Cache {
  readonly stats: CacheStats = { hits: 0, misses: 0, errors: 0 };
  #now: () => number;
  #store: CacheStore;
  #ttlSeconds: number;

  constructor({ now, store = makeMemoryStore(), ttlSeconds = 300 }: CacheOptions) {
    this.#now = now;
    this.#store = store;
    this.#ttlSeconds = ttlSeconds;
  }

  async get<T>(key: string, parse: (value: unknown) => T | undefined): Promise<T | undefined> {
    const value = parseOr(await this.#read(key), parse);
    this.stats[value === undefined ? "misses" : "hits"]++;
    return value;
  }

  async getMany<T>(
    keys: readonly string[],
    parse: (value: unknown) => T | undefined,
  ): Promise<Map<string, T>> {
    const found = await Promise.all(keys.map(async (key) => [key, await this.get(key, parse)] as const));
    return new Map(found.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
  }

  async set(key: string, value: CachedValue, ttlSeconds = this.#ttlSeconds): Promise<void> {
    const entry = { json: JSON.stringify(value), expiresAt: this.#now() + ttlSeconds * 1000 };
    await this.#try(() => this.#store.set(key, entry), undefined);
  }

  async setMany(values: ReadonlyMap<string, CachedValue>, ttlSeconds = this.#ttlSeconds): Promise<void> {
    await Promise.all([...values].map(([key, value]) => this.set(key, value, ttlSeconds)));
  }

  /** Whether there was one. */
  async delete(key: string): Promise<boolean> {
    return this.#try(() => this.#store.delete(key), false);
  }

  async exists(key: string): Promise<boolean> {
    return (await this.#read(key)) !== undefined;
  }

  /** Counts up from nothing; the first count sets the end, later ones leave it. Undefined when the store is away. */
  async increment(key: string, by = 1, ttlSeconds = this.#ttlSeconds): Promise<number | undefined> {
    const failed = this.stats.errors;
    const entry = await this.#read(key);
    if (this.stats.errors > failed) return undefined;
    const before = entry === undefined ? 0 : Number(JSON.parse(entry.json));
    const sum = (Number.isFinite(before) ? before : 0) + by;
    const expiresAt = entry?.expiresAt ?? this.#now() + ttlSeconds * 1000;
    await this.#try(() => this.#store.set(key, { json: JSON.stringify(sum), expiresAt }), undefined);
    return this.stats.errors > failed ? undefined : sum;
  }

  /** `waddlebot:cache:labels:*` removes what begins so; without a star at the end it removes that one key. Gives how many. */
  async deletePattern(pattern: string): Promise<number> {
    const prefix = pattern.endsWith("*") ? pattern.slice(0, -1) : undefined;
    if (prefix === undefined) return (await this.delete(pattern)) ? 1 : 0;
    const keys = await this.#try<Iterable<string>>(() => this.#store.keys(), []);
    const doomed = [...keys].filter((key) => key.startsWith(prefix));
    const removed = await Promise.all(doomed.map((key) => this.delete(key)));
    return removed.filter(Boolean).length;
  }

  /** The function with its answers kept. Calls for one key that are under way share one answer; failures are not kept. */
  cached<A extends readonly CachedValue[], T extends CachedValue>(
    name: string,
    load: (...args: A) => Promise<T>,
    {
      parse,
      ttlSeconds = this.#ttlSeconds,
    }: { parse: (value: unknown) => T | undefined; ttlSeconds?: number },
  ): (...args: A) => Promise<T> {
    const shared = new Map<string, Promise<T>>();
    return async (...args) => {
      const key = cacheKey(name, JSON.stringify(args));
      const waiting = shared.get(key);
      if (waiting) return waiting;
      const answer = this.#loadInto(key, () => load(...args), parse, ttlSeconds).finally(() =>
        shared.delete(key),
      );
      shared.set(key, answer);
      return answer;
    };
  }

  /** Fills the cache ahead of the first question. */
  async warm(
    load: () => Promise<ReadonlyMap<string, CachedValue>>,
    ttlSeconds = this.#ttlSeconds,
  ): Promise<number> {
    const values = await load();
    await this.setMany(values, ttlSeconds);
    return values.size;
  }

  async #loadInto<T extends CachedValue>(
    key: string,
    load: () => Promise<T>,
    parse: (value: unknown) => T | undefined,
    ttlSeconds: number,
  ): Promise<T> {
    const held = await this.get(key, parse);
    if (held !== undefined) return held;
    const value = await load();
    await this.set(key, value, ttlSeconds);
    return value;
  }

  async #read(key: string): Promise<CacheEntry | undefined> {
    const entry = await this.#try(() => this.#store.get(key), undefined);
    if (!entry || entry.expiresAt > this.#now()) return entry;
    await this.#try(() => this.#store.delete(key), false);
    return undefined;
  }

  /** Fails open: a cache that is away costs time, never an answer. */
  async #try<T>(call: () => T | Promise<T>, otherwise: T): Promise<T> {
    try {
      return await call();
    } catch {
      this.stats.errors++;
      return otherwise;
    }
  }
}

function parseOr<T>(entry: CacheEntry | undefined, parse: (value: unknown) => T | undefined): T | undefined {
  if (!entry) return undefined;
  try {
    return parse(JSON.parse(entry.json));
  } catch {
    // Not what was expected under this key: as good as nothing.
    return undefined;
  }
}

/** Entries in memory, at most `maxEntries`: the one not used for longest goes first. */
export function makeMemoryStore(maxEntries = 1000): CacheStore {
  const entries = new Map<string, CacheEntry>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry) {
        entries.delete(key);
        entries.set(key, entry);
      }
      return entry;
    },
    set(key, entry) {
      entries.delete(key);
      entries.set(key, entry);
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    },
    delete: (key) => entries.delete(key),
    keys: () => [...entries.keys()],
  };
}
