import type { Timer } from "#contracts/timer";
import { latestTick, nextTick, timerGraceMs } from "#contracts/timer-schedule";

/** What a channel remembers of one timer. */
export interface TimerMemory {
  /** The last tick that was decided on, whatever was decided. */
  tick: number;
  ranAt: number | null;
  /** The channel's count of people's lines when it last ran. */
  lines: number;
}

/** What a channel knows of itself. */
export interface ChannelPulse {
  isLive: boolean;
  /** Lines people (no bots) ever wrote here; only differences mean something. */
  lines: number;
}

export interface DueTimer {
  timer: Timer;
  tick: number;
  /** Undefined when it runs; else why this tick is let pass. */
  skippedBecause: string | undefined;
}

/** Whether a tick of this timer is due, and whether it runs. A tick that was decided on never is again (T12, T13). */
export function judgeTimer(
  timer: Timer,
  memory: TimerMemory,
  pulse: ChannelPulse,
  now: number,
): DueTimer | undefined {
  const tick = latestTick(timer, decidedUpTo(memory, now), now);
  if (tick === undefined) return undefined;
  return { timer, tick, skippedBecause: whySkipped(timer, memory, pulse) };
}

/** When this timer must be looked at again; a moment that is past already means now. */
export function nextLook(timer: Timer, memory: TimerMemory, now: number): number | undefined {
  return nextTick(timer, Math.max(decidedUpTo(memory, now), now - timerGraceMs - 1));
}

/**
 * A clock that steps back a little must not run a tick again; one that was wrong by hours and is right again must not
 * silence the timer until then.
 */
function decidedUpTo({ tick }: TimerMemory, now: number): number {
  return tick > now + timerGraceMs ? now - timerGraceMs - 1 : tick;
}

function whySkipped(timer: Timer, memory: TimerMemory, pulse: ChannelPulse): string | undefined {
  if (timer.onlyWhenLive && !pulse.isLive) return "the channel is not live";
  const lines = pulse.lines - memory.lines;
  return lines < timer.minLines ? `${lines} of ${timer.minLines} lines since it last ran` : undefined;
}
