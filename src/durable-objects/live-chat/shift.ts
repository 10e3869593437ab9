/** Something to do, under a name that is under way at most once. */
export interface Task {
  name: string;
  dueAt: number;
  run(): Promise<void>;
}

/** What a shift needs: what there is to do at a moment, and the time. */
export interface ShiftDeps {
  tasks(): Task[];
  now(): number;
  /** Resolves after `ms`, or sooner when something new came in. */
  rest(ms: number): Promise<void>;
}

/**
 * Works side by side on everything that is due, until nothing is left within `idleMs` or `endsAt` has come; then waits
 * for what is under way. Tasks must end by themselves. Never throws because of a task.
 */
export async function workShift(
  { tasks, now, rest }: ShiftDeps,
  { endsAt, idleMs }: { endsAt: number; idleMs: number },
): Promise<void> {
  const underway = new Map<string, Promise<void>>();
  while (now() < endsAt) {
    const waiting = tasks().filter(({ name }) => !underway.has(name));
    for (const task of waiting.filter(({ dueAt }) => dueAt <= now())) {
      const work = task
        .run()
        .catch(() => undefined)
        .finally(() => underway.delete(task.name));
      underway.set(task.name, work);
    }
    const nextAt = Math.min(...waiting.filter(({ dueAt }) => dueAt > now()).map(({ dueAt }) => dueAt));
    const isIdle = underway.size === 0 && nextAt - now() > idleMs;
    if (isIdle) return;
    const restMs = Math.max(0, Math.min(nextAt, endsAt) - now());
    await Promise.race([...underway.values(), rest(restMs)]);
  }
  await Promise.all(underway.values());
}
