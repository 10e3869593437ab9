import { setTimeout as sleep } from "node:timers/promises";
import { PlainError } from "#tools/plain-error";

const limitMs = 30_000;

/** Waits until `/health` at this address answers; a piece that never does is named. */
export async function awaitHealth(name: string, url: URL, isStopping: () => boolean): Promise<void> {
  const end = performance.now() + limitMs;
  let last = "no answer";
  while (performance.now() < end && !isStopping()) {
    try {
      const response = await fetch(new URL("/health", url), { signal: AbortSignal.timeout(5000) });
      await response.arrayBuffer();
      if (response.status < 500) return;
      last = `status ${response.status}`;
    } catch {
      last = "no answer";
    }
    await sleep(100);
  }
  if (isStopping()) return;
  throw new PlainError(
    `${name} does not come up (${last} after 30 s): the reason is in .data/logs/workers.log`,
  );
}
