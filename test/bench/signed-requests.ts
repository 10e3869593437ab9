import { demoIds } from "#simulators/demo";
import { commandInteraction } from "#simulators/discord/payloads";
import { makeInteractionSigner } from "#simulators/discord/sign";
import type { SimulatorSecrets } from "#simulators/secrets";
import { slashForm } from "#simulators/slack/payloads";
import { signSlack } from "#simulators/slack/sign";
import { chatMessageEvent } from "#simulators/twitch/payloads";
import { signEventSub } from "#simulators/twitch/sign";
import { viewers } from "#simulators/viewers";

/** One POST, ready to be written: signed now, good for five minutes. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

export interface RequestFacts {
  /** Makes the ids of this call differ from every other call's. */
  run: string;
  /** Requests go round these, the platform's own channel ids. */
  channels: readonly string[];
  count: number;
  /** How many people speak in each channel; default 20. */
  people?: number;
  /** Epoch milliseconds. */
  now: number;
}

function spread<T>({ count, channels }: RequestFacts, make: (index: number, channel: string) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index, channels[index % channels.length] ?? ""));
}

const personOf = (index: number, { channels, people = 20 }: RequestFacts) =>
  Math.floor(index / channels.length) % people;

/** `/waddlebot ping`, each with a trigger id of its own. */
export function slackSlashes(secrets: SimulatorSecrets["slack"], facts: RequestFacts): SignedRequest[] {
  const timestamp = String(Math.floor(facts.now / 1000));
  return spread(facts, (index, channel) => {
    const person = personOf(index, facts);
    const body = slashForm({
      app: secrets,
      channel: { id: channel, name: "bench" },
      user: { id: `U0BENCH${person}`, name: `bench_${person}` },
      text: "ping",
      responseUrl: "https://hooks.slack.com/commands/T0WADDLE01/1/bench",
      triggerId: `${facts.run}.${index}`,
    });
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signSlack(secrets.signingSecret, timestamp, body),
    };
    return { headers, body };
  });
}

/** `/waddlebot text:ping`, each with an interaction id of its own. `run` is digits here, as snowflakes are. */
export function discordCommands(secrets: SimulatorSecrets["discord"], facts: RequestFacts): SignedRequest[] {
  const sign = makeInteractionSigner(secrets.privateKeyPem);
  const timestamp = String(Math.floor(facts.now / 1000));
  const [viewer] = viewers.slice(-1);
  if (!viewer) throw new Error("the demo has no viewers");
  return spread(facts, (index, channelId) => {
    const id = `${facts.run}${String(index).padStart(8, "0")}`;
    const person = {
      ...viewer,
      discordId: `730000000000000${String(personOf(index, facts)).padStart(3, "0")}`,
    };
    const base = {
      id,
      token: `bench-${id}`,
      applicationId: secrets.applicationId,
      channelId,
      viewer: person,
    };
    const options = [{ name: "text", type: 3 as const, value: "ping" }];
    const body = JSON.stringify(commandInteraction(base, { id: "1", name: "waddlebot", options }));
    const headers = {
      "content-type": "application/json",
      "x-signature-ed25519": sign(timestamp, body),
      "x-signature-timestamp": timestamp,
    };
    return { headers, body };
  });
}

/** EventSub `channel.chat.message` notifications. The channels are broadcaster ids. */
export function twitchLines(
  secrets: SimulatorSecrets["twitch"],
  facts: RequestFacts,
  textOf: (index: number) => string,
): SignedRequest[] {
  const timestamp = new Date(facts.now).toISOString();
  return spread(facts, (index, channel) => {
    const id = `${facts.run}-${index}`;
    const body = JSON.stringify({
      subscription: subscriptionTo(channel),
      event: chatMessageEvent({
        broadcaster: { id: channel, login: "bench", name: "Bench" },
        chatter: twitchPerson(personOf(index, facts)),
        messageId: `line-${id}`,
        text: textOf(index),
        badges: [],
      }),
    });
    const headers = {
      "content-type": "application/json",
      "twitch-eventsub-message-id": id,
      "twitch-eventsub-message-type": "notification",
      "twitch-eventsub-message-timestamp": timestamp,
      "twitch-eventsub-message-signature": signEventSub({
        secret: secrets.eventsubSecret,
        id,
        timestamp,
        body,
      }),
    };
    return { headers, body };
  });
}

function twitchPerson(person: number) {
  return {
    id: `7400000${String(person).padStart(2, "0")}`,
    login: `bench_${person}`,
    name: `Bench ${person}`,
  };
}

function subscriptionTo(channel: string) {
  return {
    id: `bench-${channel}`,
    type: "channel.chat.message",
    version: "1",
    status: "enabled",
    cost: 0,
    condition: { broadcaster_user_id: channel, user_id: demoIds.twitchBotUserId },
    transport: { method: "webhook", callback: "https://bot.example/webhooks/twitch" },
    created_at: "2026-01-01T00:00:00Z",
  };
}
