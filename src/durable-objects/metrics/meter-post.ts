import {
  type CounterName,
  type HistogramName,
  type MetricsService,
  secondsBuckets,
} from "#contracts/metrics";
import { type Labels, Meter } from "#lib/meter";

/** How long figures that nobody waits for may stay in an isolate. */
const patienceMs = 60_000;

/**
 * What one isolate counted and has not told yet. Fails open: figures are never worth an error, so what cannot be told
 * now is told next time.
 */
export class MeterPost {
  #meter = new Meter(secondsBuckets);
  #sentAt = 0;

  count(name: CounterName, labels: Labels, by = 1): void {
    this.#meter.count(name, labels, by);
  }

  observe(name: HistogramName, labels: Labels, ms: number): void {
    this.#meter.observe(name, labels, Math.max(0, ms) / 1000);
  }

  /** Tells what waits, once it waited `afterMs`; what is counted beside it goes with it. */
  async send(to: () => Pick<MetricsService, "add">, now: number, afterMs = patienceMs): Promise<void> {
    if (this.#meter.size === 0 || now - this.#sentAt < afterMs) return;
    this.#sentAt = now;
    const samples = this.#meter.take();
    try {
      await to().add(samples);
    } catch {
      this.#meter.add(samples);
    }
  }
}

/** One for all objects and requests of this isolate. */
export const isolateMeter = new MeterPost();
