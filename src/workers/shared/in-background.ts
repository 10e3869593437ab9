import type { Context, Env } from "hono";

/** The answer does not wait for it, the runtime does. */
export function inBackground<E extends Env>(c: Context<E>, work: Promise<void>): void {
  try {
    c.executionCtx.waitUntil(work);
  } catch {
    // A test asks the app without a runtime around it; the work goes on all the same.
  }
}
