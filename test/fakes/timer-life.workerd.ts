import type { ChannelConfig } from "#contracts/channel-config";
import { inChannel, type Life, textOf } from "#test/fakes/channel-life.workerd";
import { aConfig } from "#test/fakes/events";

export const minute = 60_000;
export const noon = Date.parse("2026-06-01T12:00:00Z");
/** What was said, in order. */
export const said = ({ seen }: Life) => seen.carried.map(textOf);

/** A channel with this configuration, asked once for its timers at `noon`, as the API does after a change. */
export function withTimers(facts: Partial<ChannelConfig>, run: (life: Life) => Promise<void>) {
  const config = aConfig(facts);
  return inChannel(
    async (life) => {
      life.clock.now = noon;
      await life.channel.timers(config.entityId);
      await run(life);
    },
    { loadConfig: async () => config },
  );
}

/** Time passes, and every alarm that was set rings at its moment. */
export async function passTime(life: Life, until: number): Promise<void> {
  for (let at = life.alarms().at(-1); at && at <= until; at = life.alarms().at(-1)) {
    life.clock.now = Math.max(at, life.clock.now);
    await life.channel.wake();
    await life.settled();
    if (life.alarms().at(-1) === at) break;
  }
  life.clock.now = until;
}

export async function wakeAt(life: Life, at: number): Promise<void> {
  life.clock.now = at;
  await life.channel.wake();
  await life.settled();
}
