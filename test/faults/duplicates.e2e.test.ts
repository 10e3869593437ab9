import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must } from "#lib/must";
import { eventually, makeSecrets } from "#test/e2e/stack";
import { alertsOf, canJudgeAlerts, readFigures, sumOf } from "#test/faults/alerts";
import { evictChannel, inspectChannel } from "#test/faults/channel-facts";
import { type Delivery, deliveryKinds } from "#test/faults/deliveries";
import { countConflicts, countEffects } from "#test/faults/effects";
import { type FaultStack, killWorkerd, startFaultStack } from "#test/faults/fault-stack";
import { newSlackTs, slackEventBody, slackRequest } from "#test/faults/platform-requests";
import { sendRaw } from "#test/faults/raw-http";

const secrets = makeSecrets();
let stack: FaultStack;

beforeAll(async () => {
  stack = await startFaultStack({
    edge: "edge-inspected.workerd.ts",
    secrets,
    simulators: { delayScale: 0.05, twitch: { botIsModerator: true } },
  });
});
afterAll(() => stack?.close());

const deliver = async (delivery: Delivery, nth: number) => {
  const { status, body } = await sendRaw(stack.url, delivery.request(nth));
  return { status, body };
};

/** Whatever happens between the first delivery and the further ones. */
const ways: Record<string, (delivery: Delivery) => Promise<{ status: number | null; body: string }[]>> = {
  "three times in a row": async (delivery) => [
    await deliver(delivery, 0),
    await deliver(delivery, 1),
    await deliver(delivery, 2),
  ],
  "five times at the same moment": (delivery) =>
    Promise.all([0, 1, 2, 3, 4].map((nth) => deliver(delivery, nth))),
  "again after its object was thrown out of memory": async (delivery) => {
    const first = await deliver(delivery, 0);
    await settled(delivery);
    await evictChannel(stack.edgeUrl, delivery.entityId);
    return [first, await deliver(delivery, 1), await deliver(delivery, 2)];
  },
  "again after workerd was killed and came back": async (delivery) => {
    const first = await deliver(delivery, 0);
    await settled(delivery);
    await killWorkerd(stack);
    return [first, ...(await Promise.all([1, 2, 3].map((nth) => deliver(delivery, nth))))];
  },
};

/** Nothing of the channel's is on its way any more. */
const settled = ({ entityId }: Pick<Delivery, "entityId">) =>
  eventually(
    () => inspectChannel(stack.edgeUrl, entityId),
    ({ waiting, outbox }) =>
      waiting.length === 0 && outbox.every(({ state }) => state !== "new" && state !== "sending"),
  );

describe.each(deliveryKinds(secrets).map((kind) => ({ name: kind.name, kind })))("$name", ({ kind }) => {
  test.each(Object.entries(ways))("RCV-3 delivered %s has one effect", async (_, way) => {
    const words = `words ${randomUUID()}`;
    const delivery = kind.make(`!quote add "${words}"`);
    const answers = await way(delivery);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => kind.status));
    await settled(delivery);
    expect(await countEffects(stack, delivery, words)).toEqual({
      stored: 1,
      handled: 1,
      rows: 1,
      outgoing: kind.outgoing,
    });
  });

  test("threat 2: the same id with other words, rightly signed, has no effect and is reported", async () => {
    const [words, otherWords] = [`words ${randomUUID()}`, `other ${randomUUID()}`];
    const delivery = kind.make(`!quote add "${words}"`);
    await deliver(delivery, 0);
    await settled(delivery);
    const reported = countConflicts(stack);
    const answer = await sendRaw(stack.url, delivery.request(1, `!quote add "${otherWords}"`));
    await settled(delivery);
    expect(answer.status).toBeLessThan(500);
    expect(await countEffects(stack, delivery, words)).toMatchObject({ stored: 1, handled: 1, rows: 1 });
    expect(await countEffects(stack, delivery, otherWords)).toMatchObject({ rows: 0 });
    await eventually(
      () => countConflicts(stack),
      (now) => now === reported + 1,
    );
    expect(answer.body).not.toContain("saved");
  });

  test("threat 2: the same id twice at the same moment with other words has one effect and is reported", async () => {
    const reported = countConflicts(stack);
    const words = [`words ${randomUUID()}`, `other ${randomUUID()}`];
    const delivery = kind.make("");
    await Promise.all(
      words.map((text, nth) => sendRaw(stack.url, delivery.request(nth, `!quote add "${text}"`))),
    );
    await settled(delivery);
    const effects = await Promise.all(words.map((text) => countEffects(stack, delivery, text)));
    expect(effects.map(({ rows }) => rows).sort()).toEqual([0, 1]);
    expect(effects[0]).toMatchObject({ stored: 1, handled: 1 });
    await eventually(
      () => countConflicts(stack),
      (now) => now === reported + 1,
    );
  });
});

test.skipIf(!canJudgeAlerts)(
  "threat 2: an id that comes again with other content raises its alert",
  async () => {
    const before = await readFigures(stack);
    const delivery = must(deliveryKinds(secrets)[0], "Twitch").make('!quote add "first"');
    await deliver(delivery, 0);
    await settled(delivery);
    await sendRaw(stack.url, delivery.request(1, '!quote add "second"'));
    const after = await eventually(
      async () => {
        // Figures leave an isolate with a later request, some ten seconds on.
        await fetch(new URL("/health", stack.edgeUrl));
        return readFigures(stack);
      },
      (figures) => sumOf(figures, /error_type="inbox.accept"/) > sumOf(before, /error_type="inbox.accept"/),
      60_000,
    );
    expect(alertsOf(before, after, 60)).toContain("IdWithOtherContent");
  },
);

test("threat 2: a captured Twitch request sent to other paths of the edge has its one effect", async () => {
  const words = `words ${randomUUID()}`;
  const delivery = must(deliveryKinds(secrets)[0], "Twitch").make(`!quote add "${words}"`);
  const request = delivery.request(0);
  const paths = [
    "/webhooks/twitch",
    "/webhooks/twitch/another-tenant",
    "/interactions/twitch",
    "/webhooks/twitch/?x=1",
  ];
  const answers = await Promise.all(paths.map((path) => sendRaw(stack.url, { ...request, path })));
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  for (const path of ["/webhooks/slack", "/webhooks/discord", "/webhooks/irc", "/webhooks/__proto__"]) {
    expect((await sendRaw(stack.url, { ...request, path })).status).toBeGreaterThanOrEqual(400);
  }
  await settled(delivery);
  expect(await countEffects(stack, delivery, words)).toEqual({ stored: 1, handled: 1, rows: 1, outgoing: 2 });
});

test("RCV-3 Twitch sends again when the answer was lost: one effect", async () => {
  stack.simulators.faults.set({ platform: "twitch", kind: "drop", on: "webhook", times: 2 });
  const sent = await stack.simulators.twitch.sendChat({ viewer: "bob", text: "!ping" });
  expect(sent).toMatchObject({ status: "delivered", attempts: 3 });
  const answered = () =>
    stack.simulators.twitch.messages().filter(({ inReplyTo }) => inReplyTo === sent.eventId);
  await eventually(answered, (all) => all.length > 0);
  await settled(must(deliveryKinds(secrets)[0], "Twitch").make(""));
  expect(answered()).toHaveLength(1);
});

test.each([
  { order: [false, true], title: "the message first" },
  { order: [true, false], title: "the mention first" },
])("RCV-3 one Slack post as message and as app_mention, $title, is answered once", async ({ order }) => {
  const secret = secrets.simulators.slack.signingSecret;
  const ts = newSlackTs();
  const { entityId } = must(deliveryKinds(secrets)[1], "Slack").make("");
  const before = (await settled({ entityId })).outbox.length;
  for (const asMention of order) {
    const body = slackEventBody(secrets.simulators.slack, { text: "!ping", ts, asMention });
    expect((await sendRaw(stack.url, slackRequest({ secret, body }))).status).toBe(200);
  }
  const answers = (await settled({ entityId })).outbox.length - before;
  expect(answers).toBe(1);
});
