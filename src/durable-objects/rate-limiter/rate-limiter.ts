import { DurableObject } from "cloudflare:workers";
import { rateLimiterMigrations } from "#durable-objects/rate-limiter/tables";
import {
  type LimitAnswer,
  type LimitCheck,
  longestWindowMs,
  type RateLimiterService,
  takeAll,
} from "#durable-objects/rate-limiter/take-all";
import { migrate } from "#durable-objects/storage/migrate";
import type { WindowState } from "#lib/sliding-window";

/**
 * The true sliding windows of one bucket: one API key, or one address. Exact, because a call is decided and
 * stored without an await in between; durable, because a sleep of the object must not open the window.
 */
export class RateLimiter extends DurableObject implements RateLimiterService {
  #logs: Map<string, WindowState> | undefined;
  #isArmed = false;

  async take(checks: readonly LimitCheck[]): Promise<LimitAnswer> {
    const now = Date.now();
    const { answer, logs } = takeAll(this.#open(now), now, checks);
    this.#logs = logs;
    if (!answer.isAllowed) return answer;
    for (const { name } of checks) this.#store(name, logs.get(name)?.at(-1) ?? now);
    if (!this.#isArmed) {
      this.#isArmed = true;
      await this.ctx.storage.setAlarm(now + longestWindowMs);
    }
    return answer;
  }

  /** Forgets what no window counts any more; with the last of it the whole storage goes (RLM-4). */
  override async alarm(): Promise<void> {
    const now = Date.now();
    this.#open(now);
    this.ctx.storage.sql.exec("DELETE FROM hits WHERE at <= ?", now - longestWindowMs);
    this.#logs = undefined;
    this.#isArmed = false;
    const { oldest } = this.ctx.storage.sql.exec("SELECT min(at) AS oldest FROM hits").one();
    if (typeof oldest !== "number") return this.ctx.storage.deleteAll();
    this.#isArmed = true;
    return this.ctx.storage.setAlarm(Math.max(oldest, now - longestWindowMs) + longestWindowMs + 1);
  }

  #open(now: number): ReadonlyMap<string, WindowState> {
    if (this.#logs) return this.#logs;
    migrate(this.ctx.storage, rateLimiterMigrations);
    const rows = this.ctx.storage.sql.exec<{ name: string; at: number; calls: number }>(
      "SELECT name, at, calls FROM hits WHERE at > ? ORDER BY at",
      now - longestWindowMs,
    );
    const logs = new Map<string, number[]>();
    for (const { name, at, calls } of rows) {
      const log = logs.get(name) ?? [];
      for (let call = 0; call < calls; call++) log.push(at);
      logs.set(name, log);
    }
    this.#logs = logs;
    return logs;
  }

  #store(name: string, at: number): void {
    this.ctx.storage.sql.exec(
      "INSERT INTO hits VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET calls = calls + 1",
      name,
      at,
    );
  }
}
