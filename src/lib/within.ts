/** Marks that the time was up before the promise settled. */
export const timedOut = Symbol("timed out");

/** The promise's value, or `timedOut` after `ms`. The promise itself goes on; whoever passes it in keeps its errors. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | typeof timedOut> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const timeUp = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(() => resolve(timedOut), ms);
  });
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}
