const minuteMs = 60_000;

export interface MinuteClock {
  stop(): void;
}

/**
 * Calls `tick` at once and then on every full minute, as cron triggers do in production. A tick that is still running
 * lets the next minute pass; `onError` hears of one that failed.
 */
export function startMinuteClock(
  tick: (at: Date, isFirst: boolean) => Promise<void>,
  onError: (error: unknown) => void,
): MinuteClock {
  let isRunning = false;
  let timer: NodeJS.Timeout | undefined;
  const run = async (at: Date, isFirst = false) => {
    if (isRunning) return;
    isRunning = true;
    await tick(at, isFirst).catch(onError);
    isRunning = false;
  };
  const arm = () => {
    const now = Date.now();
    const next = (Math.floor(now / minuteMs) + 1) * minuteMs;
    timer = setTimeout(() => {
      arm();
      void run(new Date(next));
    }, next - now);
    timer.unref();
  };
  arm();
  void run(new Date(), true);
  return { stop: () => clearTimeout(timer) };
}
