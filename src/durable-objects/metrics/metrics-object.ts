import { DurableObject } from "cloudflare:workers";
import { type MetricSample, type MetricsService, metricSample, type StatusFacts } from "#contracts/metrics";
import { keptBook, MetricBook } from "#durable-objects/metrics/metric-book";

const name = "book";
/** What was told within it is written as one row; a crash loses no more than it. */
const keepAfterMs = 1000;

/** The one object of its kind, under the name `all`: isolates share no memory, so their figures meet here. */
export class MetricsObject extends DurableObject<object> implements MetricsService {
  #book: MetricBook | undefined;
  #isKeeping = false;

  async add(samples: MetricSample[]): Promise<void> {
    this.#open().add(
      samples.flatMap((sample) => metricSample.safeParse(sample).data ?? []),
      Date.now(),
    );
    this.#keepSoon();
  }

  async read(): Promise<MetricSample[]> {
    return this.#open().read();
  }

  async noteMinute(at: number, problems: string[]): Promise<void> {
    this.#open().noteMinute(at, problems);
    this.#keepSoon();
  }

  async status(): Promise<StatusFacts> {
    return this.#open().status(Date.now());
  }

  #open(): MetricBook {
    this.#book ??= new MetricBook(
      keptBook.safeParse(this.ctx.storage.kv.get(name)).data ?? keptBook.parse({}),
    );
    return this.#book;
  }

  #keepSoon(): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    setTimeout(() => {
      this.#isKeeping = false;
      this.ctx.storage.kv.put(name, this.#open().kept);
    }, keepAfterMs);
  }
}
