import { makeEntityId } from "#contracts/ids";
import { demoIds } from "#simulators/demo";
import { makeRandom } from "#simulators/random";
import type { Simulators } from "#simulators/server";
import { viewers } from "#simulators/viewers";
import type { SentEvent } from "#test/faults/check-records";
import type { SetupChannel } from "#tools/setup";

/** Enough channels that the platforms' own limits on replies (Twitch 100 in 30 s, Slack 1 a second) do not bite. */
const twitchIds = Array.from({ length: 20 }, (_, index) => String(730_000_000 + index));
const slackIds = Array.from({ length: 12 }, (_, index) => `C0LOAD${String(index).padStart(4, "0")}`);

const twitchEntity = (server: string) => makeEntityId({ platform: "twitch", server });
const slackEntity = (channel: string) =>
  makeEntityId({ platform: "slack", server: demoIds.slackTeamId, channel });

/** The channels the load speaks in, for the set-up. */
export const loadChannels: readonly SetupChannel[] = [
  ...twitchIds.map(twitchEntity),
  ...slackIds.map(slackEntity),
].map((entityId) => ({ entityId, channelName: entityId, viewers: [] }));

export interface Load {
  sent: readonly SentEvent[];
  /** The event a reply answers, from what Twitch quotes or, on Slack, from the number the reply repeats. */
  answeredBy(reply: { text: string; inReplyTo?: string }): string | undefined;
  stop(): void;
}

/** Open loop: event n leaves at n / perSecond, however the ones before it fare. Four of ten are commands. */
export function startLoad(simulators: Simulators, seed: number, perSecond: number): Load {
  const random = makeRandom(seed).fork("load");
  const sent: SentEvent[] = [];
  const slackCommands = new Map<string, string>();
  const pick = <T>(all: readonly T[]): T => {
    const one = all[random.int(all.length)];
    if (one === undefined) throw new Error("nothing to choose from");
    return one;
  };

  const sendOne = (number: number) => {
    const isCommand = random.chance(0.4);
    const viewer = pick(viewers).id;
    if (random.chance(0.8)) {
      const broadcasterId = pick(twitchIds);
      const text = isCommand ? `!ping ${number}` : `hello ${number}`;
      const { eventId } = simulators.twitch.startChat({ viewer, text, broadcasterId });
      sent.push({ eventId, entityId: twitchEntity(broadcasterId), isCommand });
      return;
    }
    const channel = pick(slackIds);
    // Slack's replies quote nothing, so here the answer itself names the question.
    const text = isCommand ? `!help n${number}n` : `hello ${number}`;
    const { eventId } = simulators.slack.startChat({ viewer, text, channel });
    if (isCommand) slackCommands.set(`n${number}n`, eventId);
    sent.push({ eventId, entityId: slackEntity(channel), isCommand });
  };

  const startedAt = performance.now();
  let next = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * perSecond) / 1000;
    while (next < due) sendOne(next++);
  }, 5);
  return {
    sent,
    answeredBy: ({ text, inReplyTo }) => inReplyTo ?? slackCommands.get(/\bn\d+n\b/.exec(text)?.[0] ?? ""),
    stop: () => clearInterval(timer),
  };
}
