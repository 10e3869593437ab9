/** How often somebody may write. In memory only: an object that slept ten seconds forgives them. */
export class FrameBudget {
  #most: number;
  #windowMs: number;
  #times = new Map<string, number[]>();

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** False when this one is too many; it is not counted then. */
  take(who: string, now: number): boolean {
    if (this.#times.size > 1000) this.#sweep(now);
    const recent = (this.#times.get(who) ?? []).filter((at) => now - at < this.#windowMs);
    if (recent.length >= this.#most) return false;
    this.#times.set(who, [...recent, now]);
    return true;
  }

  #sweep(now: number): void {
    for (const [who, times] of this.#times) {
      if (times.every((at) => now - at >= this.#windowMs)) this.#times.delete(who);
    }
  }
}
