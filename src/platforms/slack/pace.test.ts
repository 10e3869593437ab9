import { expect, test } from "vitest";
import { outboundMessage } from "#contracts/sender";
import { Gate } from "#durable-objects/outbound-gate/gate";
import { send } from "#platforms/slack/send";
import { makeFakeClock, setStage } from "#simulators/testing";

const perChannel = 20;

test("a channel's burst waits its turn: everything is said, once, and Slack never has to say 429", async () => {
  const clock = makeFakeClock();
  await using stage = await setStage(undefined, { clock, slack: { echoesBot: false } });
  const { slack, secrets, url } = stage.simulators;
  const gate = new Gate(() => clock.now());
  const refusals: string[] = [];
  const watching: typeof fetch = async (...call) => {
    const answer = await fetch(...call);
    if (answer.status === 429) refusals.push(String(call[0]));
    return answer;
  };
  const config = { SLACK_API_BASE: `${url}/slack/api` };
  const say = (channel: string, n: number) => {
    const target = { kind: "chat", platform: "slack", channel, server: "T0WADDLE01" };
    const text = n % 5 === 0 ? `${n} ${"long ".repeat(700)}` : `${n}`;
    const message = {
      id: `e/${channel}/${n}`,
      entityId: `slack:T0WADDLE01:${channel}`,
      target,
      text,
      correlationId: "c",
    };
    const token = secrets.slack.botToken;
    return send(outboundMessage.parse(message), { fetch: watching, config, token, now: clock.now(), gate });
  };
  for (const channel of ["C0LOUNGE01", "C0OTHER001"]) {
    for (let n = 0; n < perChannel; n++) {
      let outcome = await say(channel, n);
      for (let tries = 0; !outcome.ok && tries < 10; tries++) {
        expect(outcome).toMatchObject({ code: "rate_limited" });
        clock.advance(outcome.retryAfterMs ?? 0);
        outcome = await say(channel, n);
      }
      expect(outcome.ok).toBe(true);
    }
  }
  expect(refusals).toEqual([]);
  // Each fifth message comes in two parts.
  expect(slack.messages()).toHaveLength(2 * (perChannel + perChannel / 5));
});
