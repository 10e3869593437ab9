import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptRecord } from "#simulators/delivery";
import { makeRandom } from "#simulators/random";
import { eventually } from "#test/e2e/stack";
import { inspectChannel } from "#test/faults/channel-facts";
import { checkRecords, type Findings } from "#test/faults/check-records";
import { type FaultStack, killWorkerd, startFaultStack } from "#test/faults/fault-stack";
import { type Load, loadChannels, startLoad } from "#test/faults/load";

export interface KillLoopOptions {
  /** The file that takes the edge's place. */
  edge: string;
  kills: number;
  seed: number;
}

/** Events a second, over all channels. */
const rate = 100;
/** Attempts that got an answer between two kills, at least. */
const servedBeforeKill = 100;
const finishWithinMs = 60_000;

/** A whole house under load, workerd killed again and again on the same storage; then both sides are compared. */
export async function runKillLoop(options: KillLoopOptions): Promise<Findings> {
  const { edge, seed } = options;
  const attempts: AttemptRecord[] = [];
  const stack = await startFaultStack({
    edge,
    channels: loadChannels,
    simulators: {
      seed,
      // Re-sends come after 0.05, 0.5 and 3 s on Twitch, 0.005, 3 and 15 s on Slack.
      delayScale: 0.05,
      keepMessages: 100_000,
      onAttempt: (record) => attempts.push(record),
      twitch: { botIsModerator: true, echoesBot: false },
      slack: { echoesBot: false },
    },
  });
  try {
    // What platforms do on their own: now and then the same event twice at once.
    stack.simulators.faults.set({ platform: "twitch", kind: "duplicate", ratio: 0.02 });
    const load = startLoad(stack.simulators, seed, rate);
    await killAgainAndAgain(stack, options, attempts).finally(load.stop);
    await stack.simulators.idle();
    const collect = async () =>
      checkRecords({ sent: load.sent, attempts, ...(await lookAround(stack, load)) });
    // Whoever is not finished by then is reported as unfinished, not as a time-out.
    return await eventually(collect, isQuiet, finishWithinMs).catch(collect);
  } finally {
    await stack.close();
  }
}

/** A kill counts when the load was being served; then it comes at any moment of the second that follows. */
async function killAgainAndAgain(
  stack: FaultStack,
  { kills, seed }: KillLoopOptions,
  attempts: readonly AttemptRecord[],
): Promise<void> {
  const random = makeRandom(seed).fork("kills");
  for (let kill = 0; kill < kills; kill++) {
    const known = attempts.length;
    const countServed = () => attempts.slice(known).filter(({ status }) => status !== null).length;
    await eventually(countServed, (served) => served >= servedBeforeKill, 30_000);
    await sleep(random.int(1000));
    await killWorkerd(stack);
  }
  await sleep(1000);
}

async function lookAround({ edgeUrl, simulators }: FaultStack, load: Load) {
  const channels = await Promise.all(loadChannels.map(({ entityId }) => inspectChannel(edgeUrl, entityId)));
  const said = [...simulators.twitch.messages(), ...simulators.slack.messages()];
  return { channels, replies: said.map((message) => load.answeredBy(message)) };
}

function isQuiet({ unfinished }: Findings): boolean {
  return unfinished.length === 0;
}
