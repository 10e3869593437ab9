import { setTimeout as sleep } from "node:timers/promises";
import {
  discordChannels,
  entityOf,
  ircChannels,
  slackChannels,
  twitchChannels,
} from "#test/bench/bench-channels";
import { type Budget, commandBudget, plainMessageBudget, plainOfManyRoomsBudget } from "#test/bench/budgets";
import type { CountedObjects } from "#test/bench/counts";
import { type GatewaySocket, openGatewaySocket, plainFrames } from "#test/bench/gateway-socket";
import { pingReply } from "#test/bench/ping-reply";
import {
  discordCommands,
  type RequestFacts,
  type SignedRequest,
  slackSlashes,
  twitchLines,
} from "#test/bench/signed-requests";
import type { Stack } from "#test/e2e/stack";

/** One kind of input whose cost is counted. The objects of two scenarios never overlap. */
export interface Scenario {
  name: string;
  messages: number;
  objects: CountedObjects;
  /** The edge's path that this scenario alone comes in by. */
  path?: string;
  budget?: Budget;
  /** Resolves when all are acknowledged as they should be. */
  send(sending: Sending): Promise<void>;
  /** What of it must have been said through a platform's API before counting ends. */
  said?: () => number;
  close?: () => void;
}

export interface Sending {
  /** Makes the ids of these messages differ from every other's. */
  run: string;
  count: number;
  /** Over how long they are spread. */
  spanMs: number;
}

const batchSize = 100;

/** Everything that is counted, on its own channels each. */
export async function makeScenarios(stack: Stack, edgeUrl: URL): Promise<Scenario[]> {
  const oneBatch = await gatewayScenario(stack, edgeUrl, { id: "one-batch", batches: 1, rooms: [0, 1] });
  const tenBatches = await gatewayScenario(stack, edgeUrl, { id: "ten-batches", batches: 10, rooms: [1, 2] });
  const tenRooms = await gatewayScenario(stack, edgeUrl, { id: "ten-rooms", batches: 10, rooms: [2, 12] });
  return [
    { name: "plain, one gateway batch of 100 and then silence, 1 channel", ...oneBatch },
    { name: "plain, 10 gateway batches of 100, 1 channel", ...tenBatches },
    { name: "plain, 10 gateway batches of 100, over 10 channels", ...tenRooms },
    twitchPlain(stack, edgeUrl),
    slackCommand(stack, edgeUrl),
    discordCommand(stack, edgeUrl),
    twitchCommand(stack, edgeUrl),
  ];
}

interface GatewayPlan {
  id: string;
  batches: number;
  /** The first of the rooms and the one behind the last. */
  rooms: [number, number];
}

async function gatewayScenario(stack: Stack, edgeUrl: URL, { id, batches, rooms }: GatewayPlan) {
  const channels = ircChannels.slice(...rooms);
  const socket: GatewaySocket = await openGatewaySocket(edgeUrl, id, stack.secrets.gatewayKey);
  const links = { binding: "GATEWAY_LINK" as const, name: id };
  return {
    messages: batches * batchSize,
    path: "/gateway",
    objects: [
      links,
      ...channels.map((channel) => ({ binding: "CHANNEL" as const, name: entityOf.irc(channel) })),
    ],
    budget: channels.length === 1 ? plainMessageBudget : plainOfManyRoomsBudget,
    close: socket.close,
    async send({ run, count, spanMs }: Sending) {
      const frames = plainFrames(`${id}-${run}`, channels, Math.max(count, channels.length));
      const starts = Array.from({ length: Math.ceil(frames.length / batchSize) }, (_, at) => at * batchSize);
      await spreadOut(starts, spanMs, (start) => socket.sendBatch(frames.slice(start, start + batchSize)));
    },
  };
}

function twitchPlain({ secrets }: Stack, edgeUrl: URL): Scenario {
  const channels = [twitchChannels.plain];
  const url = new URL("/webhooks/twitch", edgeUrl);
  return {
    name: "plain, 200 single Twitch webhooks, 1 channel",
    messages: 200,
    objects: [{ binding: "CHANNEL", name: entityOf.twitch(twitchChannels.plain) }],
    send: (sending) => {
      const textOf = (index: number) => `a plain line, number ${index}`;
      const facts = factsOf(sending, channels, "plain-");
      return postAll(url, sending, {
        requests: twitchLines(secrets.simulators.twitch, facts, textOf),
        expected: "",
      });
    },
  };
}

function slackCommand({ secrets }: Stack, edgeUrl: URL): Scenario {
  const [channel = ""] = slackChannels;
  const url = new URL("/webhooks/slack", edgeUrl);
  return {
    name: "command, 200 Slack slash commands answered inline, 1 channel",
    path: url.pathname,
    messages: 200,
    objects: [{ binding: "CHANNEL", name: entityOf.slack(channel) }],
    budget: commandBudget,
    send: (sending) => {
      const requests = slackSlashes(secrets.simulators.slack, factsOf(sending, [channel]));
      return postAll(url, sending, { requests, expected: pingReply });
    },
  };
}

function discordCommand({ secrets }: Stack, edgeUrl: URL): Scenario {
  const [channel = ""] = discordChannels;
  const url = new URL("/interactions/discord", edgeUrl);
  return {
    name: "command, 200 Discord interactions answered inline, 1 channel",
    path: url.pathname,
    messages: 200,
    objects: [{ binding: "CHANNEL", name: entityOf.discord(channel) }],
    budget: commandBudget,
    send: (sending) => {
      const requests = discordCommands(secrets.simulators.discord, factsOf(sending, [channel]));
      return postAll(url, sending, { requests, expected: pingReply });
    },
  };
}

/** Fewer than Twitch's 100 messages in 30 s, the warm-up among them. */
function twitchCommand({ secrets, simulators }: Stack, edgeUrl: URL): Scenario {
  const channels = [twitchChannels.commands];
  const url = new URL("/webhooks/twitch", edgeUrl);
  return {
    name: "command, 50 Twitch chat lines answered through the outbox, 1 channel",
    messages: 50,
    objects: [{ binding: "CHANNEL", name: entityOf.twitch(twitchChannels.commands) }],
    budget: commandBudget,
    said: () => simulators.twitch.messages().filter(({ text }) => text.includes(pingReply)).length,
    send: (sending) => {
      const facts = factsOf(sending, channels, "command-");
      const requests = twitchLines(secrets.simulators.twitch, facts, () => "!ping");
      return postAll(url, sending, { requests, expected: "" });
    },
  };
}

function factsOf({ run, count }: Sending, channels: readonly string[], prefix = ""): RequestFacts {
  return { run: prefix + run, channels, count, now: Date.now() };
}

interface Posts {
  requests: readonly SignedRequest[];
  /** What every answer must contain. */
  expected: string;
}

/** One after the other: nothing may share a commit by accident. */
async function postAll(url: URL, { spanMs }: Sending, { requests, expected }: Posts): Promise<void> {
  await spreadOut(requests, spanMs, async ({ headers, body }) => {
    const response = await fetch(url, { method: "POST", headers, body });
    const text = await response.text();
    if (response.ok && text.includes(expected)) return;
    throw new Error(`${url.pathname} answered ${response.status} ${text.slice(0, 200)}`);
  });
}

/** Each begins at its own place in the span, or as soon as the one before it is done. */
async function spreadOut<T>(
  all: readonly T[],
  spanMs: number,
  act: (one: T) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  for (const [index, one] of all.entries()) {
    const waitMs = startedAt + (index / all.length) * spanMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    await act(one);
  }
}
