import { randomUUID } from "node:crypto";
import { makeEntityId } from "#contracts/ids";
import { demoIds } from "#simulators/demo";
import {
  discordRequest,
  discordTextBody,
  newSlackTs,
  nowInSeconds,
  slackEventBody,
  slackRequest,
  slackSlashBody,
  twitchChatBody,
  twitchRequest,
} from "#test/faults/platform-requests";
import type { RawRequest } from "#test/faults/raw-http";
import { addHeader, setHeader } from "#test/faults/raw-http";
import type { LocalSecrets } from "#tools/start/local-secrets";

/** One event that can be delivered again and again, each time as its platform would. */
export interface Delivery {
  id: string;
  entityId: string;
  /** The nth delivery, counted from 0: signed anew, the same body unless other words are wanted. */
  request(nth: number, otherText?: string): RawRequest;
  /** The same event, rightly signed so many seconds ago. */
  aged(seconds: number): RawRequest;
}

export interface DeliveryKind {
  name: string;
  /** What the answer to a good delivery is. */
  status: number;
  /** Outbox rows one `!quote add` makes: inline replies need none, the ticker always one. */
  outgoing: number;
  make(text: string): Delivery;
}

export function deliveryKinds({ simulators: { twitch, slack, discord } }: LocalSecrets): DeliveryKind[] {
  const slackChannel = makeEntityId({
    platform: "slack",
    server: slack.teamId,
    channel: demoIds.slackChannelId,
  });
  return [
    {
      name: "Twitch chat",
      status: 204,
      outgoing: 2,
      make(text) {
        const [id, messageId] = [randomUUID(), randomUUID()];
        const secret = twitch.eventsubSecret;
        return {
          id: `twitch:${id}`,
          entityId: makeEntityId({ platform: "twitch", server: demoIds.twitchBroadcasterId }),
          request: (nth, otherText) =>
            setHeader(
              twitchRequest({ secret, id, body: twitchChatBody({ text: otherText ?? text, messageId }) }),
              "twitch-eventsub-message-retry",
              String(nth),
            ),
          aged(seconds) {
            const timestamp = new Date(Date.now() - seconds * 1000).toISOString();
            return twitchRequest({ secret, id, timestamp, body: twitchChatBody({ text, messageId }) });
          },
        };
      },
    },
    {
      name: "SLK-5 Slack event",
      status: 200,
      outgoing: 2,
      make(text) {
        const eventId = `Ev${randomUUID().slice(0, 8).toUpperCase()}`;
        const ts = newSlackTs();
        const secret = slack.signingSecret;
        return {
          id: `slack:${eventId}`,
          entityId: slackChannel,
          request(nth, otherText) {
            const body = slackEventBody(slack, { text: otherText ?? text, eventId, ts });
            const request = slackRequest({ secret, body });
            if (nth === 0) return request;
            const counted = addHeader(request, "x-slack-retry-num", String(nth));
            return addHeader(counted, "x-slack-retry-reason", "http_timeout");
          },
          aged(seconds) {
            const body = slackEventBody(slack, { text, eventId, ts });
            return slackRequest({ secret, body, timestamp: nowInSeconds(-seconds) });
          },
        };
      },
    },
    {
      name: "Slack slash command",
      status: 200,
      outgoing: 1,
      make(text) {
        const triggerId = `1.2.${randomUUID()}`;
        const secret = slack.signingSecret;
        const body = (words: string) => slackSlashBody(slack, { text: words.replace("!", ""), triggerId });
        return {
          id: `slack:cmd:${triggerId}`,
          entityId: slackChannel,
          request: (_, otherText) => slackRequest({ secret, body: body(otherText ?? text), isForm: true }),
          aged: (seconds) =>
            slackRequest({ secret, body: body(text), isForm: true, timestamp: nowInSeconds(-seconds) }),
        };
      },
    },
    {
      name: "Discord interaction",
      status: 200,
      outgoing: 1,
      make(text) {
        const id = String(720_000_000_000_000_000n + BigInt(Math.floor(Math.random() * 1e15)));
        const { privateKeyPem } = discord;
        return {
          id: `discord:${id}`,
          entityId: makeEntityId({
            platform: "discord",
            server: demoIds.discordGuildId,
            channel: demoIds.discordChannelId,
          }),
          request: (_, otherText) =>
            discordRequest({
              privateKeyPem,
              body: discordTextBody(discord, { id, text: otherText ?? text }),
            }),
          aged: (seconds) =>
            discordRequest({
              privateKeyPem,
              body: discordTextBody(discord, { id, text }),
              timestamp: nowInSeconds(-seconds),
            }),
        };
      },
    },
  ];
}
