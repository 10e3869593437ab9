import { expect, test } from "vitest";
import { type Task, workShift } from "#durable-objects/live-chat/shift";

/** A clock that moves only when everybody waits, and tasks that take their time by it. */
function stage() {
  let now = 0;
  const sleepers = new Set<{ at: number; wake(): void }>();
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        sleepers.delete(sleeper);
        resolve();
      };
      const sleeper = { at: now + ms, wake };
      sleepers.add(sleeper);
    });
  const move = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    const [next] = [...sleepers].sort((one, other) => one.at - other.at);
    if (!next) return false;
    now = Math.max(now, next.at);
    next.wake();
    return true;
  };
  return { now: () => now, sleep, move };
}

async function run(tasks: () => Task[], { now, sleep, move }: ReturnType<typeof stage>, endsAt = 1000) {
  let isDone = false;
  const shift = workShift({ tasks, now, rest: sleep }, { endsAt, idleMs: 10 }).finally(() => {
    isDone = true;
  });
  for (let step = 0; step < 500 && !isDone; step++) await move();
  await shift;
}

test("two chats are read side by side: a long connection does not keep the other from its pages", async () => {
  const world = stage();
  const log: string[] = [];
  let streamAt = 0;
  let pageAt = 0;
  const tasks = (): Task[] => [
    {
      name: "stream",
      dueAt: streamAt,
      run: async () => {
        await world.sleep(300);
        log.push(`stream ${world.now()}`);
        streamAt = Number.POSITIVE_INFINITY;
      },
    },
    {
      name: "pages",
      dueAt: pageAt,
      run: async () => {
        log.push(`page ${world.now()}`);
        pageAt = pageAt >= 400 ? Number.POSITIVE_INFINITY : pageAt + 100;
      },
    },
  ];
  await run(tasks, world);
  expect(log.filter((line) => line.startsWith("page"))).toEqual([
    "page 0",
    "page 100",
    "page 200",
    "page 300",
  ]);
  expect(log).toContain("stream 300");
});

test("nothing begins after the shift's end, and what is under way is waited for", async () => {
  const world = stage();
  const begun: number[] = [];
  let ended = 0;
  const tasks = (): Task[] => [
    {
      name: `one at ${world.now()}`,
      dueAt: world.now(),
      run: async () => {
        begun.push(world.now());
        await world.sleep(80);
        ended++;
      },
    },
  ];
  await run(tasks, world, 100);
  expect(Math.max(...begun)).toBeLessThan(100);
  expect(ended).toBe(begun.length);
});

test("a task that throws ends neither the shift nor the others", async () => {
  const world = stage();
  let left = 3;
  const tasks = (): Task[] =>
    left === 0
      ? []
      : [
          {
            name: `task ${left}`,
            dueAt: 0,
            run: async () => {
              left--;
              throw new Error("broken");
            },
          },
        ];
  await run(tasks, world);
  expect(left).toBe(0);
});
