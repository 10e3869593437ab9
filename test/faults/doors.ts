import { generateKeyPairSync } from "node:crypto";
import type { Door, Forgery } from "#test/faults/forgeries";
import {
  discordRequest,
  discordTextBody,
  gatewayRequest,
  nowInSeconds,
  slackEventBody,
  slackRequest,
  slackSlashBody,
  twitchChatBody,
  twitchRequest,
} from "#test/faults/platform-requests";
import { setHeader } from "#test/faults/raw-http";
import type { LocalSecrets } from "#tools/start/local-secrets";

const otherSecret = "the secret of somebody else";
/** Spellings of a time that JavaScript would read and no platform sends. */
const oddTimes = () => {
  const now = nowInSeconds();
  const spellings = ["0", "-1", "NaN", "Infinity", "1e9", `+${now}`, `0${now}`, `${now}.0`, `${now}000`];
  return [...spellings, `0x${Number(now).toString(16)}`, `${now},${now}`, new Date().toUTCString()];
};

/** Every door of the edge that a signature guards. */
export function makeDoors(secrets: LocalSecrets): Door[] {
  return [twitchDoor(secrets), ...slackDoors(secrets), discordDoor(secrets), gatewayDoor(secrets)];
}

function twitchDoor({ simulators: { twitch } }: LocalSecrets): Door {
  const make = (timestamp?: string, secret = twitch.eventsubSecret) =>
    twitchRequest({
      secret,
      body: twitchChatBody({ text: "!ping" }),
      ...(timestamp === undefined ? {} : { timestamp }),
    });
  const at = (aheadMs: number) => new Date(Date.now() + aheadMs).toISOString();
  // Twitch counts a 4xx against the subscription, so what it really signed is answered 204 and has no effect.
  const stale = (name: string, aheadMs: number): Forgery => ({
    name,
    request: make(at(aheadMs)),
    mayBe: [204],
  });
  const types = [
    "",
    "Notification",
    "revocation",
    "webhook_callback_verification",
    "notification, notification",
  ];
  return {
    name: "twitch",
    refusal: 403,
    signatureHeader: "twitch-eventsub-message-signature",
    signedHeaders: [
      "twitch-eventsub-message-id",
      "twitch-eventsub-message-timestamp",
      "twitch-eventsub-message-signature",
    ],
    genuine: async () => make(),
    withOtherKey: async () => make(undefined, otherSecret),
    untimely: async () => [
      stale("10 min 1 s old", -601_000),
      stale("an hour old", -3_600_000),
      stale("a year old", -31_536_000_000),
      stale("2 min 5 s ahead", 125_000),
      stale("a day ahead", 86_400_000),
      ...[...oddTimes(), "yesterday", "2026-02-30", "1970-01-01T00:00:00Z0"].map((timestamp) => ({
        name: `signed with the time ${timestamp}`,
        request: make(timestamp),
        mayBe: [403, 204],
      })),
      // The type is not signed: it must not turn one genuine message into another.
      ...types.map((type) => ({
        name: `a notification passed off as "${type}"`,
        request: setHeader(make(), "twitch-eventsub-message-type", type),
        mayBe: [204],
      })),
    ],
  };
}

function slackDoors({ simulators: { slack } }: LocalSecrets): Door[] {
  const bodies = {
    "slack events": { makeBody: () => slackEventBody(slack, { text: "!ping" }), isForm: false },
    "slack slash": { makeBody: () => slackSlashBody(slack, { text: "ping" }), isForm: true },
  };
  return Object.entries(bodies).map(([name, { makeBody, isForm }]) => {
    const make = (timestamp = nowInSeconds(), secret = slack.signingSecret) =>
      slackRequest({ secret, body: makeBody(), timestamp, isForm });
    const smuggled = {
      ...make(),
      body: Buffer.from(`ssl_check=1&${slackSlashBody(slack, { text: "ping" })}`),
    };
    return {
      name,
      refusal: 401,
      signatureHeader: "x-slack-signature",
      signedHeaders: ["x-slack-request-timestamp", "x-slack-signature"],
      genuine: async () => make(),
      withOtherKey: async () => make(undefined, otherSecret),
      untimely: async () => [
        ...untimelySeconds(make),
        {
          name: "a command inside a certificate check, under a signature of something else",
          request: smuggled,
        },
        {
          name: "a command inside a certificate check without a signature",
          request: {
            ...smuggled,
            headers: smuggled.headers.filter(([header]) => header !== "x-slack-signature"),
          },
          mayBe: [200],
        },
      ],
    };
  });
}

function discordDoor({ simulators: { discord } }: LocalSecrets): Door {
  const otherKey = generateKeyPairSync("ed25519")
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
  const make = (timestamp = nowInSeconds(), privateKeyPem = discord.privateKeyPem) =>
    discordRequest({ privateKeyPem, body: discordTextBody(discord, { text: "!ping" }), timestamp });
  return {
    name: "discord",
    refusal: 401,
    signatureHeader: "x-signature-ed25519",
    signedHeaders: ["x-signature-ed25519", "x-signature-timestamp"],
    genuine: async () => make(),
    withOtherKey: async () => make(undefined, otherKey),
    untimely: async () => untimelySeconds(make),
  };
}

function gatewayDoor({ gatewayKey }: LocalSecrets): Door {
  const make = (facts: Partial<Parameters<typeof gatewayRequest>[0]> = {}) =>
    gatewayRequest({ key: gatewayKey, ...facts });
  const ages = {
    "61 s old": -61_000,
    "an hour old": -3_600_000,
    "65 s ahead": 65_000,
    "a day ahead": 86_400_000,
  };
  return {
    name: "gateway",
    refusal: 401,
    signatureHeader: "x-waddlebot-gateway-signature",
    signedHeaders: ["id", "timestamp", "nonce", "signature"].map((part) => `x-waddlebot-gateway-${part}`),
    genuine: () => make(),
    withOtherKey: () => make({ key: otherSecret }),
    untimely: async () => [
      ...(await Promise.all(
        Object.entries(ages).map(async ([name, aheadMs]) => ({
          name,
          request: await make({ timestamp: Date.now() + aheadMs }),
        })),
      )),
      { name: "no socket asked for", request: withoutUpgrade(await make()), mayBe: [426] },
      { name: "signed with an odd id", request: await make({ gatewayId: "main/../other" }) },
      { name: "signed with a short nonce", request: await make({ nonce: "abc" }) },
      { name: "signed with a time before time", request: await make({ timestamp: -1 }) },
      { name: "signed with half a millisecond", request: await make({ timestamp: Date.now() + 0.5 }) },
    ],
  };
}

function withoutUpgrade(request: Awaited<ReturnType<typeof gatewayRequest>>) {
  const isUpgrade = (name: string) => name === "upgrade" || name === "connection" || name.startsWith("sec-");
  return { ...request, headers: request.headers.filter(([name]) => !isUpgrade(name)) };
}

/** 300 s are allowed either way. A few seconds more ahead, because time passes until it is read. */
function untimelySeconds(make: (timestamp: string) => Forgery["request"]): Forgery[] {
  const ages = {
    "5 min 1 s old": -301,
    "6 min old": -360,
    "a year old": -31_536_000,
    "5 min 5 s ahead": 306,
  };
  return [
    ...Object.entries(ages).map(([name, ahead]) => ({ name, request: make(nowInSeconds(ahead)) })),
    ...oddTimes().map((time) => ({ name: `signed with the time ${time}`, request: make(time) })),
  ];
}
