import { randomBytes, randomUUID } from "node:crypto";
import { signHandshake } from "#lib/gateway-signature";
import { demoIds } from "#simulators/demo";
import * as discord from "#simulators/discord/payloads";
import { makeInteractionSigner } from "#simulators/discord/sign";
import type { SimulatorSecrets } from "#simulators/secrets";
import * as slack from "#simulators/slack/payloads";
import { signSlack } from "#simulators/slack/sign";
import { accountOf, chatMessageEvent } from "#simulators/twitch/payloads";
import { signEventSub } from "#simulators/twitch/sign";
import { requireViewer } from "#simulators/viewers";
import type { RawRequest } from "#test/faults/raw-http";

/** Genuine requests, signed here over exactly the bytes and the time text a test wants. */

const json = ["content-type", "application/json"] as const;
const form = ["content-type", "application/x-www-form-urlencoded"] as const;
const pia = requireViewer("pia");

export interface TwitchFacts {
  secret: string;
  body: string;
  id?: string;
  /** The header's own text. */
  timestamp?: string;
  type?: string;
}

export function twitchRequest({ secret, body, id = randomUUID(), ...facts }: TwitchFacts): RawRequest {
  const { timestamp = new Date().toISOString(), type = "notification" } = facts;
  return {
    method: "POST",
    path: "/webhooks/twitch",
    headers: [
      json,
      ["twitch-eventsub-message-id", id],
      ["twitch-eventsub-message-retry", "0"],
      ["twitch-eventsub-message-type", type],
      ["twitch-eventsub-message-signature", signEventSub({ secret, id, timestamp, body })],
      ["twitch-eventsub-message-timestamp", timestamp],
    ],
    body: Buffer.from(body),
  };
}

export interface TwitchLine {
  text: string;
  broadcasterId?: string;
  messageId?: string;
}

export function twitchChatBody({ text, broadcasterId, messageId = randomUUID() }: TwitchLine): string {
  const broadcaster = { ...accountOf(pia), ...(broadcasterId === undefined ? {} : { id: broadcasterId }) };
  const event = chatMessageEvent({ broadcaster, chatter: accountOf(pia), messageId, text, badges: [] });
  return JSON.stringify({ subscription: twitchSubscription("channel.chat.message", broadcaster.id), event });
}

export function twitchSubscription(type: string, broadcasterId: string) {
  return {
    id: randomUUID(),
    type,
    version: type === "channel.follow" ? "2" : "1",
    status: "enabled",
    cost: 0,
    condition: { broadcaster_user_id: broadcasterId },
    transport: { method: "webhook", callback: "https://bot.example/webhooks/twitch" },
    created_at: new Date().toISOString(),
  };
}

export interface SlackFacts {
  secret: string;
  body: string;
  /** Seconds, the header's own text. */
  timestamp?: string;
  isForm?: boolean;
}

export function slackRequest({ secret, body, isForm = false, ...facts }: SlackFacts): RawRequest {
  const { timestamp = nowInSeconds() } = facts;
  return {
    method: "POST",
    path: "/webhooks/slack",
    headers: [
      isForm ? form : json,
      ["x-slack-request-timestamp", timestamp],
      ["x-slack-signature", signSlack(secret, timestamp, body)],
    ],
    body: Buffer.from(body),
  };
}

export interface SlackPost {
  text: string;
  eventId?: string;
  ts?: string;
  /** The same post once more, because it names the bot. */
  asMention?: boolean;
}

export function slackEventBody(app: slack.SlackApp, { text, asMention = false, ...post }: SlackPost): string {
  const { eventId = `Ev${randomText(9)}`, ts = newSlackTs() } = post;
  const facts = { channel: demoIds.slackChannelId, user: pia.slackId, text, ts, teamId: app.teamId };
  const event = asMention ? slack.mentionEvent(facts) : slack.messageEvent(facts);
  return JSON.stringify(slack.eventCallback(app, eventId, Math.floor(Date.now() / 1000), event));
}

export interface SlackCommand {
  /** After the command word. */
  text: string;
  triggerId?: string;
}

export function slackSlashBody(
  app: slack.SlackApp,
  { text, triggerId = `1.2.${randomText(20)}` }: SlackCommand,
) {
  return slack.slashForm({
    app,
    channel: { id: demoIds.slackChannelId, name: "lounge" },
    user: { id: pia.slackId, name: pia.login },
    text,
    responseUrl: `https://hooks.slack.com/commands/${triggerId}`,
    triggerId,
  });
}

export interface DiscordFacts {
  privateKeyPem: string;
  body: string;
  timestamp?: string;
}

export function discordRequest({
  privateKeyPem,
  body,
  timestamp = nowInSeconds(),
}: DiscordFacts): RawRequest {
  return {
    method: "POST",
    path: "/interactions/discord",
    headers: [
      json,
      ["x-signature-ed25519", makeInteractionSigner(privateKeyPem)(timestamp, body)],
      ["x-signature-timestamp", timestamp],
    ],
    body: Buffer.from(body),
  };
}

export interface DiscordCommand {
  /** As chat would have said it. */
  text: string;
  id?: string;
}

/** `/waddlebot text: …`. */
export function discordTextBody(
  { applicationId }: SimulatorSecrets["discord"],
  { text, id = randomDigits(18) }: DiscordCommand,
): string {
  const base = {
    id,
    token: `token-of-${id}`,
    applicationId,
    channelId: demoIds.discordChannelId,
    viewer: pia,
  };
  const options: discord.CommandOption[] = [{ name: "text", type: 3, value: text }];
  return JSON.stringify(discord.commandInteraction(base, { id: "1", name: "waddlebot", options }));
}

export interface HandshakeFacts {
  key: string;
  gatewayId?: string;
  timestamp?: number;
  nonce?: string;
}

export async function gatewayRequest({
  key,
  gatewayId = "main",
  ...facts
}: HandshakeFacts): Promise<RawRequest> {
  const { timestamp = Date.now(), nonce = randomBytes(16).toString("hex") } = facts;
  const signed = await signHandshake({ gatewayId, timestamp, nonce }, key);
  return {
    method: "GET",
    path: "/gateway",
    headers: [
      ["upgrade", "websocket"],
      ["connection", "Upgrade"],
      ["sec-websocket-version", "13"],
      ["sec-websocket-key", randomBytes(16).toString("base64")],
      ...Object.entries(signed),
    ],
    body: Buffer.alloc(0),
  };
}

/** The id of a post: a time in microseconds. */
export function newSlackTs(): string {
  return `${nowInSeconds()}.${randomDigits(6)}`;
}

export function nowInSeconds(aheadSeconds = 0): string {
  return String(Math.floor(Date.now() / 1000) + aheadSeconds);
}

function randomText(length: number): string {
  return randomBytes(length).toString("hex").slice(0, length).toUpperCase();
}

function randomDigits(length: number): string {
  return Array.from(randomBytes(length), (byte) => (byte % 9) + 1).join("");
}
