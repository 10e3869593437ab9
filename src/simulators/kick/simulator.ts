import { Hono } from "hono";
import { makeEntityId } from "#contracts/ids";
import { remember } from "#simulators/bounded-map";
import { demoIds, kickIdOf } from "#simulators/demo";
import { type ChatBody, type KickDeed, makeApiRoutes } from "#simulators/kick/api-routes";
import { type ConsentPlan, makeOAuthRoutes } from "#simulators/kick/oauth-routes";
import * as payloads from "#simulators/kick/payloads";
import { signKick } from "#simulators/kick/sign";
import { makeKickTokens } from "#simulators/kick/tokens";
import type { SimulatorSecrets } from "#simulators/secrets";
import { asBotMessage, type BotMessage } from "#simulators/transcript";
import { requireViewer, viewers } from "#simulators/viewers";
import { type Dispatch, dispatchLine, type Sent, type World } from "#simulators/world";

export interface KickOptions {
  /** The bot hears what it said itself. */
  echoesBot?: boolean;
}

export interface KickSimulator {
  routes: Hono;
  /** The line is on its way; what came of it shows later. */
  startChat(input: { viewer: string; text: string }): Dispatch;
  /** Everything until the edge has answered, re-sends included. */
  sendChat(input: { viewer: string; text: string }): Promise<Sent>;
  sendFollow(input: { viewer: string }): Promise<Sent>;
  messages(): BotMessage[];
  /** What was done through the API beyond talking. */
  deeds(): readonly KickDeed[];
  /** Who consents on the authorize page from now on, and how. The bot's account by default. */
  consentAs(plan: ConsentPlan): void;
  expireTokens(): void;
  /** The account withdrew its permission. */
  revokeAccount(account: string): void;
  /** The permission is gone, and tokens that were issued work to their end. */
  withdrawRefresh(account: string): void;
  /** How long tokens live that are issued from now on. */
  setTokenLife(seconds: number): void;
  /** How many access tokens live. */
  livingTokens(): number;
  /** The next message of the bot is answered `is_sent: false`. */
  dropNext(): void;
}

const webhookPath = "/webhooks/kick";
const timeoutMs = 10_000;
/** Kick tries three more times; the pauses are not published, so these are ours. */
const retryDelaysMs = [1000, 10_000, 60_000];
const everything = ["user:read", "chat:write", "moderation:ban", "moderation:chat_message:manage"];

/** Kick as a bot sees it: signed webhooks out, API and authorization server in. */
export function makeKickSimulator(
  world: World,
  secrets: SimulatorSecrets["kick"],
  { echoesBot = true }: KickOptions,
): KickSimulator {
  const { clock, random, transcript } = world;
  const bot: payloads.Account = { id: secrets.botUserId, name: "WaddleBot", slug: "waddlebot" };
  const people = viewers.map((viewer) => {
    return { id: kickIdOf(viewer), name: viewer.name, slug: payloads.slugOf(viewer) };
  });
  const accounts = new Map([bot, ...people].map((account) => [account.id, account]));
  const strangerOf = (id: string): payloads.Account => ({ id, name: `Account${id}`, slug: `account-${id}` });
  const accountOf = (id: string) => accounts.get(id) ?? strangerOf(id);
  const broadcaster = accountOf(demoIds.kickBroadcasterId);
  const tokens = makeKickTokens(clock, random.fork("tokens"));
  const deeds: KickDeed[] = [];
  /** Which event a line caused, so that an answer is shown under it. */
  const eventIdOf = new Map<string, string>();
  let consent: ConsentPlan = { account: bot.id };
  let drops = 0;

  const deliver = (type: string, id: string, payload: object) => {
    const body = JSON.stringify(payload);
    return world.deliver({
      platform: "kick",
      id,
      timeoutMs,
      retryDelaysMs,
      request() {
        const timestamp = new Date(clock.now()).toISOString();
        const headers = {
          "content-type": "application/json",
          "kick-event-message-id": id,
          "kick-event-subscription-id": "sub-1",
          "kick-event-message-timestamp": timestamp,
          "kick-event-type": type,
          "kick-event-version": "1",
          "kick-event-signature": signKick(secrets.privateKeyPem, { id, timestamp, body }),
        };
        return { path: webhookPath, headers, body };
      },
    });
  };

  const chatPayload = (sender: payloads.Account, role: "owner" | "moderator" | "member", text: string) => ({
    broadcaster,
    sender,
    role,
    messageId: random.uuid(),
    text,
    at: new Date(clock.now()).toISOString(),
  });

  const startChat = ({ viewer: viewerId, text }: { viewer: string; text: string }): Dispatch => {
    const viewer = requireViewer(viewerId);
    const facts = chatPayload(accountOf(kickIdOf(viewer)), viewer.role, text);
    const id = random.letters(26);
    const eventId = `kick:${id}`;
    remember(eventIdOf, facts.messageId, eventId);
    const author = { kind: "viewer" as const, name: viewer.name };
    const line = { platform: "kick" as const, entityId: entityOf(broadcaster.id), author, text, eventId };
    return dispatchLine(world, line, deliver("chat.message.sent", id, payloads.chatMessage(facts)));
  };

  const startFollow = ({ viewer: viewerId }: { viewer: string }): Dispatch => {
    const viewer = requireViewer(viewerId);
    const id = random.letters(26);
    const payload = payloads.followed(broadcaster, accountOf(kickIdOf(viewer)));
    const author = { kind: "system" as const, name: viewer.name };
    const facts = { author, text: `${viewer.name} follows`, eventId: `kick:${id}` };
    const line = { platform: "kick" as const, entityId: entityOf(broadcaster.id), ...facts };
    return dispatchLine(world, line, deliver("channel.followed", id, payload));
  };

  const say = (
    { broadcaster_user_id, content, reply_to_message_id: parent = "" }: ChatBody,
    account: string,
  ) => {
    if (drops > 0) {
      drops--;
      return undefined;
    }
    const facts = chatPayload(accountOf(account), "member", content);
    const inReplyTo = eventIdOf.get(parent);
    transcript.add({
      platform: "kick",
      entityId: entityOf(String(broadcaster_user_id ?? account)),
      author: { kind: "bot", name: accountOf(account).name },
      text: content,
      at: clock.now(),
      platformMessageId: facts.messageId,
      ...(inReplyTo === undefined ? {} : { inReplyTo }),
    });
    if (echoesBot)
      world.background(deliver("chat.message.sent", random.letters(26), payloads.chatMessage(facts)));
    return facts.messageId;
  };

  const check = (token: string) =>
    token === secrets.botToken ? { account: bot.id, scopes: everything } : tokens.check(token);
  const api = makeApiRoutes({
    check,
    nameOf: (id) => accountOf(id).name,
    say,
    note: (deed) => deeds.push(deed),
  });
  const routes = new Hono()
    .route("/api/public/v1", api)
    .route("/oauth", makeOAuthRoutes({ tokens, secrets, nextConsent: () => consent }));

  return {
    routes,
    startChat,
    sendChat: (input) => startChat(input).sent,
    sendFollow: (input) => startFollow(input).sent,
    messages: () =>
      transcript
        .list()
        .filter(({ platform }) => platform === "kick")
        .flatMap(asBotMessage),
    deeds: () => deeds,
    consentAs(plan) {
      consent = plan;
    },
    expireTokens: tokens.expireAll,
    revokeAccount: tokens.revokeAccount,
    withdrawRefresh: tokens.withdrawRefresh,
    setTokenLife: tokens.setLife,
    livingTokens: tokens.livingTokens,
    dropNext() {
      drops++;
    },
  };
}

function entityOf(broadcasterId: string): string {
  return makeEntityId({ platform: "kick", server: broadcasterId });
}
