import { Hono } from "hono";
import { makeEntityId } from "#contracts/ids";
import { remember } from "#simulators/bounded-map";
import type { Delivery } from "#simulators/delivery";
import type { SimulatorSecrets } from "#simulators/secrets";
import { asBotMessage, type BotMessage } from "#simulators/transcript";
import { at, type DoneAction, makeActionState } from "#simulators/twitch/actions-state";
import { type ChannelEventInput, describeChannelEvent } from "#simulators/twitch/channel-events";
import { type DropReason, makeChatRules, type SendChatBody } from "#simulators/twitch/chat";
import { type Conduit, makeConduits } from "#simulators/twitch/conduits";
import { makeHelixRoutes } from "#simulators/twitch/helix-routes";
import { makeNotifier, type Verification, webhookPath } from "#simulators/twitch/notifier";
import { makeOAuthRoutes } from "#simulators/twitch/oauth-routes";
import * as payloads from "#simulators/twitch/payloads";
import { botScopes, makeConsents, ownerScopes } from "#simulators/twitch/scopes";
import {
  conditionFor,
  type EventSubType,
  eventSubVersions,
  makeSubscriptions,
  type Subscription,
} from "#simulators/twitch/subscriptions";
import { type Grant, type IssuedPair, makeTokens, type Tokens } from "#simulators/twitch/tokens";
import { requireViewer, viewers } from "#simulators/viewers";
import { type Dispatch, dispatchLine, type Sent, type World } from "#simulators/world";

export interface TwitchOptions {
  /** The bot is a moderator everywhere: 100 messages in 30 s instead of 20, and it may repeat itself. */
  botIsModerator?: boolean;
  /** Least time between two of the bot's messages in a channel where it is no moderator. */
  chatFloorMs?: number;
  /** Helix points a minute for each token. */
  helixPoints?: number;
  /** What all subscriptions together may cost. */
  maxTotalCost?: number;
  /** Subscriptions on one page of the list. */
  pageSize?: number;
  /** The bot reads its own messages back, once `channel.chat.message` is subscribed. */
  echoesBot?: boolean;
  revokeAfterFailures?: number;
}

export interface ChatInput {
  /** A demo viewer's id. */
  viewer: string;
  text: string;
  /** Another channel than the demo's, for load tests. */
  broadcasterId?: string;
}

export interface TwitchSimulator {
  routes: Hono;
  /** Everything until the edge has answered, re-sends included. */
  sendChat(input: ChatInput): Promise<Sent>;
  sendEvent(input: ChannelEventInput): Promise<Sent>;
  /** The same, known at once and delivered later. */
  startChat(input: ChatInput): Dispatch;
  startEvent(input: ChannelEventInput): Dispatch;
  /** Subscribes and sends the challenge. */
  subscribe(type: EventSubType): Promise<Verification>;
  /** Ends the subscription (the enabled one of this type, or a standing one) and tells the edge. */
  revoke(type: EventSubType, status: string): Promise<Delivery>;
  subscriptions(): Subscription[];
  messages(): BotMessage[];
  onMessage(listener: (message: BotMessage) => void): () => void;
  /** The next message of the bot is dropped with `is_sent: false`. */
  dropNext(reason: DropReason): void;
  issueAppToken(): string;
  issueUserTokens(grant?: Partial<Grant>): IssuedPair;
  expireTokens(): void;
  /** The permission is withdrawn, of one account or of all: tokens die, and so do the account's subscriptions. */
  revokeTokens(userId?: string): Promise<void>;
  /** How often tokens were renewed and dead ones shown. */
  tokenCounts: Tokens["counts"];
  /** Who answers the authorize page from now on; null says no. Else the bot or the demo broadcaster, by what is asked. */
  signInAs(userId: string | null): void;
  conduits(): Conduit[];
  /** What was done to channels over Helix, oldest first. */
  actions(): readonly DoneAction[];
  setLive(broadcasterId: string, isLive: boolean): void;
  /** How often the bot said more, sooner or again than it may. */
  chatBreaches(): number;
}

const demoBroadcaster = payloads.accountOf(requireViewer("pia"));

/** Twitch as a bot sees it: EventSub webhooks out, Helix and the token endpoint in. */
export function makeTwitchSimulator(
  world: World,
  secrets: SimulatorSecrets["twitch"],
  options: TwitchOptions,
): TwitchSimulator {
  const { botIsModerator = false, echoesBot = true, revokeAfterFailures = 10 } = options;
  const { chatFloorMs = 0, helixPoints = 800, maxTotalCost = 10_000, pageSize = 100 } = options;
  const { clock, random, transcript } = world;
  const bot: payloads.Account = { id: secrets.botUserId, login: "waddlebot", name: "WaddleBot" };
  const tokens = makeTokens(clock, random.fork("tokens"), secrets);
  const subscriptions = makeSubscriptions(random.fork("subscriptions"), maxTotalCost);
  const conduits = makeConduits(random.fork("conduits"));
  const notifier = makeNotifier({ world, secrets, subscriptions, conduits, revokeAfterFailures });
  const state = makeActionState(random.fork("actions"));
  const consents = makeConsents([
    [bot.id, botScopes],
    [demoBroadcaster.id, ownerScopes],
  ]);
  const isModerator = (broadcasterId: string, userId: string) =>
    broadcasterId === userId ||
    (botIsModerator && userId === bot.id) ||
    state.moderators.has(at(broadcasterId, userId));
  const botModerates = (broadcasterId: string) => isModerator(broadcasterId, bot.id);
  const chat = makeChatRules({ isModerator: botModerates, floorMs: chatFloorMs });
  let signedIn: string | null | undefined;
  /** Who said what, so that a reply can be shown under the line it answers. */
  const spoken = new Map<string, { eventId: string; text: string; author: payloads.Account }>();

  const startChat = ({ viewer: viewerId, text, broadcasterId }: ChatInput) => {
    const viewer = requireViewer(viewerId);
    const broadcaster = channelOf(broadcasterId);
    const messageId = random.uuid();
    const chatter = payloads.accountOf(viewer);
    const badges = payloads.badgesOf(viewer.role);
    const eventSubId = random.uuid();
    const eventId = `twitch:${eventSubId}`;
    remember(spoken, messageId, { eventId, text, author: chatter });
    const event = payloads.chatMessageEvent({ broadcaster, chatter, messageId, text, badges });
    const line = { author: { kind: "viewer" as const, name: viewer.name }, text, eventId };
    return dispatchLine(
      world,
      { ...line, platform: "twitch", entityId: entityOf(broadcaster.id) },
      notifier.notify("channel.chat.message", broadcaster.id, eventSubId, event),
    );
  };

  const startEvent = (input: ChannelEventInput) => {
    const { topic, event, text } = describeChannelEvent(input, demoBroadcaster, {
      streamId: random.hex(10),
      at: new Date(clock.now()).toISOString(),
    });
    const eventSubId = random.uuid();
    const name = input.viewer === null ? "Anonymous" : requireViewer(input.viewer).name;
    return dispatchLine(
      world,
      {
        platform: "twitch",
        entityId: entityOf(demoBroadcaster.id),
        author: { kind: "system", name },
        text: text(name),
        eventId: `twitch:${eventSubId}`,
      },
      notifier.notify(topic, demoBroadcaster.id, eventSubId, event),
    );
  };

  const show = ({ broadcaster_id, message, reply_parent_message_id: parentId = "" }: SendChatBody) => {
    const messageId = random.uuid();
    const parent = spoken.get(parentId);
    transcript.add({
      platform: "twitch",
      entityId: entityOf(broadcaster_id),
      author: { kind: "bot", name: bot.name },
      // As viewers see it: what has no shape is not shown.
      text: message.replace(/[\s\u{E0000}]+$/u, ""),
      at: clock.now(),
      platformMessageId: messageId,
      ...(parent ? { inReplyTo: parent.eventId } : {}),
    });
    if (echoesBot && subscriptions.enabled("channel.chat.message", broadcaster_id)) {
      const event = payloads.chatMessageEvent({
        broadcaster: channelOf(broadcaster_id),
        chatter: bot,
        messageId,
        text: message,
        badges: botModerates(broadcaster_id) ? payloads.badgesOf("moderator") : [],
        replyTo: parent && { ...parent, messageId: parentId },
      });
      world.background(notifier.notify("channel.chat.message", broadcaster_id, random.uuid(), event));
    }
    return messageId;
  };

  const accounts = [bot, ...viewers.map(payloads.accountOf)];
  const helix = makeHelixRoutes({
    clock,
    tokens,
    secrets,
    chat,
    accounts,
    points: helixPoints,
    show,
    moderatedBy: (userId) => moderatedBy(userId),
    actions: { clock, state, isModerator },
    conduits: {
      conduits,
      verify: (conduit, shard) => world.background(notifier.verifyShard(conduit, shard)),
    },
    subscriptions: {
      clock,
      subscriptions,
      conduits,
      consents,
      maxTotalCost,
      pageSize,
      isModerator: botModerates,
      verify: (subscription) => world.background(notifier.verify(subscription)),
    },
  });
  const moderatedBy = (userId: string) => {
    const given = [...state.moderators].map((key) => key.split("/"));
    const named = given.flatMap(([broadcaster = "", user]) => (user === userId ? [broadcaster] : []));
    return botIsModerator && userId === bot.id ? [demoBroadcaster.id, ...named] : named;
  };
  const oauth = makeOAuthRoutes({
    clock,
    tokens,
    secrets,
    consents,
    accountOf: (userId) => accounts.find(({ id }) => id === userId) ?? channelOf(userId),
    signedIn: (scopes) => {
      if (signedIn !== undefined) return signedIn ?? undefined;
      return scopes.includes("user:bot") ? bot.id : demoBroadcaster.id;
    },
  });
  const routes = new Hono().route("/helix", helix).route("/oauth2", oauth);

  const withdraw = async (userId?: string) => {
    tokens.revokeAll(userId);
    for (const account of userId === undefined ? accounts.map(({ id }) => id) : [userId]) {
      consents.withdraw(account);
      const hit = subscriptions
        .list()
        .filter((one) => one.status === "enabled" && Object.values(one.condition).includes(account));
      await Promise.all(hit.map((one) => notifier.revoke(one, "authorization_revoked")));
    }
  };

  const requireSubscription = (type: EventSubType): Subscription => {
    const found = subscriptions.enabled(type, demoBroadcaster.id);
    if (found) return found;
    const created = subscriptions.create({
      type,
      version: eventSubVersions[type],
      condition: conditionFor(type, demoBroadcaster.id, secrets.botUserId),
      transport: {
        method: "webhook",
        secret: secrets.eventsubSecret,
        callback: `https://bot.example${webhookPath}?n=${subscriptions.list().length}`,
      },
      cost: 0,
      createdAt: new Date(clock.now()).toISOString(),
    });
    if (typeof created === "string") throw new Error(`cannot subscribe to ${type}: ${created}`);
    return created;
  };

  return {
    routes,
    startChat,
    startEvent,
    sendChat: (input) => startChat(input).sent,
    sendEvent: (input) => startEvent(input).sent,
    subscribe: (type) => notifier.verify(requireSubscription(type)),
    revoke: (type, status) => notifier.revoke(requireSubscription(type), status),
    subscriptions: subscriptions.list,
    messages: () => transcript.botMessages("twitch"),
    onMessage: (listener) =>
      transcript.onChange((line) => {
        if (line.platform === "twitch") asBotMessage(line).forEach(listener);
      }),
    dropNext: chat.dropNext,
    issueAppToken: tokens.issueApp,
    issueUserTokens: tokens.issueUser,
    expireTokens: tokens.expireAll,
    revokeTokens: withdraw,
    tokenCounts: tokens.counts,
    signInAs(userId) {
      signedIn = userId;
    },
    conduits: conduits.list,
    actions: () => state.done,
    setLive: (broadcasterId, isLive) =>
      void (isLive ? state.live.add(broadcasterId) : state.live.delete(broadcasterId)),
    chatBreaches: chat.breaches,
  };
}

function channelOf(broadcasterId: string = demoBroadcaster.id): payloads.Account {
  if (broadcasterId === demoBroadcaster.id) return demoBroadcaster;
  return { id: broadcasterId, login: `channel_${broadcasterId}`, name: `Channel${broadcasterId}` };
}

function entityOf(broadcasterId: string): string {
  return makeEntityId({ platform: "twitch", server: broadcasterId });
}
