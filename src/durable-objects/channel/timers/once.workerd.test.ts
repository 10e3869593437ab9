import { describe, expect, test } from "vitest";
import { textOf } from "#test/fakes/channel-life.workerd";
import { minute, noon, passTime, said, wakeAt, withTimers } from "#test/fakes/timer-life.workerd";
import { aTimer } from "#test/fakes/timers";

describe("T12 T13 one effect a tick, whatever happens", () => {
  const command = aTimer({ id: 2, action: "command", payload: "!ping now" });
  const both = { timers: [aTimer(), command] };
  const once = ["pong now", "tick"];

  test("T13 the alarm rings twice, at once and after", () =>
    withTimers(both, async (life) => {
      life.clock.now = noon + 10 * minute;
      await Promise.all([life.channel.wake(), life.channel.wake()]);
      await life.channel.wake();
      await life.settled();
      expect(said(life).sort()).toEqual(once);
    }));

  test("T12 the clock steps back two seconds right after a tick", () =>
    withTimers(both, async (life) => {
      await wakeAt(life, noon + 10 * minute + 500);
      await wakeAt(life, noon + 10 * minute - 1500);
      await wakeAt(life, noon + 10 * minute + 10);
      expect(said(life).sort()).toEqual(once);
      await wakeAt(life, noon + 20 * minute);
      expect(said(life)).toHaveLength(4);
    }));

  test("T12 a clock that was hours ahead does not silence the timers when it is right again", () =>
    withTimers({ timers: [aTimer()] }, async (life) => {
      await wakeAt(life, noon + 300 * minute);
      await wakeAt(life, noon + 10 * minute);
      expect(said(life)).toEqual(["tick", "tick"]);
    }));

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "T13 the storage fails %i times: nothing vanishes, one effect",
    (times) =>
      withTimers(both, async (life) => {
        for (const table of ["outbox", "inbox"])
          life.sql.exec(
            `CREATE TRIGGER broken_${table} BEFORE INSERT ON ${table} BEGIN SELECT raise(ABORT, 'disk'); END`,
          );
        life.clock.now = noon + 10 * minute;
        for (let failed = 0; failed < times; failed++) {
          await life.channel.wake();
          const next = life.alarms().at(-1) ?? 0;
          expect(next).toBeGreaterThan(life.clock.now);
          life.clock.now = next;
        }
        expect(said(life)).toEqual([]);
        for (const table of ["outbox", "inbox"]) life.sql.exec(`DROP TRIGGER broken_${table}`);
        await passTime(life, life.clock.now + minute);
        expect(said(life).sort()).toEqual(once);
      }),
  );

  test("T13 killed while the message was on its way: it is not said again", () =>
    withTimers({ timers: [aTimer()] }, async (life) => {
      const asked: string[] = [];
      life.deps.carry = (body) => {
        asked.push(textOf(body));
        return new Promise(() => undefined);
      };
      life.clock.now = noon + 10 * minute;
      await life.channel.wake();
      expect(asked).toEqual(["tick"]);
      const next = life.restart();
      await wakeAt(next, noon + 10 * minute + 100);
      await wakeAt(next, noon + 11 * minute);
      expect(said(next)).toEqual([]);
    }));

  test("T13 killed before anything was written: the next life runs it once", () =>
    withTimers(both, async (life) => {
      const next = life.restart();
      await wakeAt(next, noon + 10 * minute + 100);
      await wakeAt(next, noon + 10 * minute + 200);
      expect(said(next).sort()).toEqual(once);
    }));

  test("T13 five hundred timers due at once: one effect each", () => {
    const timers = Array.from({ length: 500 }, (_, index) => {
      const id = index + 1;
      return id % 2 === 0
        ? aTimer({ id, action: "command", payload: `!ping ${id}` })
        : aTimer({ id, payload: `tick ${id}` });
    });
    return withTimers({ timers }, async (life) => {
      life.clock.now = noon + 10 * minute;
      await life.channel.wake();
      await life.settled();
      await life.channel.wake();
      await life.settled();
      const wanted = timers.map(({ id, action }) => (action === "command" ? `pong ${id}` : `tick ${id}`));
      expect(said(life).sort()).toEqual(wanted.sort());
    });
  });

  test("threat 31: one timer that cannot be read keeps no other from running", () =>
    withTimers({ timers: [aTimer(), aTimer({ id: 9, payload: "broken" })] }, async (life) => {
      life.sql.exec(
        `CREATE TRIGGER broken BEFORE INSERT ON outbox WHEN new.body LIKE '%broken%' BEGIN SELECT raise(ABORT, 'bad'); END`,
      );
      await wakeAt(life, noon + 10 * minute);
      expect(said(life)).toEqual(["tick"]);
    }));
});
