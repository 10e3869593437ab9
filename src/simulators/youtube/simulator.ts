import { Hono } from "hono";
import { makeEntityId } from "#contracts/ids";
import type { Delivery } from "#simulators/delivery";
import { youtubeChannel } from "#simulators/demo";
import type { SimulatorSecrets } from "#simulators/secrets";
import { requireViewer } from "#simulators/viewers";
import { type Dispatch, dispatchLine, type World } from "#simulators/world";
import { type Deed, makeApiRoutes } from "#simulators/youtube/api-routes";
import { type Broadcast, Broadcasts } from "#simulators/youtube/broadcasts";
import { youtubeChannelOf } from "#simulators/youtube/channel-of";
import { type Hub, makeHub } from "#simulators/youtube/hub";
import { makeGoogleOAuth } from "#simulators/youtube/oauth-routes";
import { makeStreamFaults, type StreamFaults } from "#simulators/youtube/stream";

export interface YouTubeOptions {
  /** What a page asks to wait; YouTube's own is about 5,000 ms. */
  pollingMs?: number;
  /** Units a day. */
  quota?: number;
}

export interface YouTubeSimulator {
  /** Below /youtube: `v3`, `oauth2`, `hub`. */
  routes: Hono;
  hub: Hub;
  /** A broadcast begins and the hub tells its subscribers. */
  goLive(channelId: string, title?: string): Promise<Broadcast>;
  endLive(channelId: string): void;
  /** A line in the demo channel's chat. It goes live with the first one, as nobody chats where nothing is on. */
  startChat(input: { viewer: string; text: string }): Dispatch;
  say(viewer: string, channelId: string, text: string): string;
  superChat(viewer: string, channelId: string, micros: number, currency: string): string;
  becomeMember(viewer: string, channelId: string): string;
  /** What the bot said. */
  messages(): { text: string; chatId: string }[];
  deeds: readonly Deed[];
  quota: { limit: number; used: number };
  /** Communities' own keys, each with a quota of its own. */
  keys: Map<string, { limit: number; used: number }>;
  /** What goes wrong with connections of streamList. */
  streams: StreamFaults;
  calls: Readonly<{ pages: number; streams: number }>;
  /** A broadcast of the future; the hub tells its subscribers at once. */
  plan(channelId: string, scheduledAt: number): Promise<Broadcast>;
  /** What was planned begins; the hub says nothing. */
  begin(broadcast: Broadcast): void;
}

/** YouTube as a bot meets it: a hub that tells of videos, a chat that has to be asked for, a quota. */
export function makeYouTubeSimulator(
  world: World,
  secrets: SimulatorSecrets["youtube"],
  { pollingMs = 5000, quota: limit = 10_000, edgeUrl }: YouTubeOptions & { edgeUrl: () => string },
): YouTubeSimulator {
  const { clock, random, transcript } = world;
  const broadcasts = new Broadcasts(clock, random.fork("broadcasts"));
  const ids = random.fork("ids");
  const said: { text: string; chatId: string }[] = [];
  const quota = { limit, used: 0 };
  const oauth = makeGoogleOAuth(secrets, random.fork("oauth"), () => youtubeChannelOf("pia"));
  const keys = new Map<string, { limit: number; used: number }>();
  const streams = makeStreamFaults();
  const calls = { pages: 0, streams: 0 };
  const hub = makeHub({
    random: random.fork("hub"),
    edgeUrl,
    deliver: world.deliver,
    background: world.background,
  });
  const api = makeApiRoutes({
    clock,
    secrets,
    broadcasts,
    accountOf: oauth.accountOf,
    quota,
    keys,
    faults: streams,
    calls,
    pollingMs,
    makeId: () => ids.hex(16),
    onSaid({ chatId, channelId }, text, platformMessageId) {
      said.push({ text, chatId });
      const author = { kind: "bot" as const, name: "WaddleBot" };
      const line = { platform: "youtube" as const, entityId: entityOf(channelId), author, text };
      transcript.add({ ...line, at: clock.now(), platformMessageId });
    },
  });
  const routes = new Hono();
  routes.route("/v3", api.routes);
  routes.route("/oauth2", oauth.routes);
  routes.route("/hub", hub.routes);

  const add = (viewerId: string, channelId: string, snippet: Record<string, unknown> & { type: string }) => {
    const viewer = requireViewer(viewerId);
    const broadcast = broadcasts.liveOn(channelId);
    if (!broadcast) throw new Error(`${channelId} is not live`);
    const author = {
      channelId: youtubeChannelOf(viewer.id),
      displayName: viewer.name,
      isChatOwner: viewer.role === "owner",
      isChatModerator: viewer.role === "moderator",
      isChatSponsor: false,
      isVerified: false,
    };
    return broadcasts.say(broadcast, author, snippet).id;
  };

  /**
   * Whether the bot knows of the demo channel's broadcast: one that nobody heard of is told again. The house's lease
   * outlives this process, so the hub remembers its address.
   */
  let isTold: Promise<Delivery> | undefined;
  const tell = async ({ channelId, videoId }: Broadcast): Promise<Delivery> => {
    const statuses = await hub.notify(channelId, videoId, {
      callback: "http://house/webhooks/youtube",
      secret: secrets.websubSecret,
    });
    const isHeard = statuses.some((status) => status >= 200 && status < 300);
    if (!isHeard) isTold = undefined;
    return { status: isHeard ? "delivered" : "failed", attempts: 1, answer: undefined };
  };
  const startChat = ({ viewer, text }: { viewer: string; text: string }): Dispatch => {
    const channelId = youtubeChannel.server;
    const broadcast = broadcasts.liveOn(channelId) ?? broadcasts.start(channelId, "Live!");
    isTold ??= tell(broadcast);
    const id = add(viewer, channelId, {
      type: "textMessageEvent",
      textMessageDetails: { messageText: text },
    });
    const author = { kind: "viewer" as const, name: requireViewer(viewer).name };
    const line = { platform: "youtube" as const, entityId: entityOf(channelId), author, text };
    return dispatchLine(world, { ...line, eventId: `youtube:${id}` }, isTold);
  };

  return {
    routes,
    hub,
    startChat,
    async goLive(channelId, title = "Live!") {
      const broadcast = broadcasts.start(channelId, title);
      await hub.notify(channelId, broadcast.videoId);
      return broadcast;
    },
    async plan(channelId, scheduledAt) {
      const broadcast = broadcasts.plan(channelId, "Soon!", scheduledAt);
      await hub.notify(channelId, broadcast.videoId);
      return broadcast;
    },
    begin(broadcast) {
      broadcast.startedAt = clock.now();
    },
    endLive: (channelId) => broadcasts.end(channelId),
    say: (viewer, channelId, messageText) =>
      add(viewer, channelId, { type: "textMessageEvent", textMessageDetails: { messageText } }),
    superChat: (viewer, channelId, amountMicros, currency) =>
      add(viewer, channelId, {
        type: "superChatEvent",
        superChatDetails: { amountMicros: String(amountMicros), currency, tier: 1 },
      }),
    becomeMember: (viewer, channelId) =>
      add(viewer, channelId, { type: "newSponsorEvent", newSponsorDetails: { isUpgrade: false } }),
    messages: () => said,
    deeds: api.deeds,
    quota,
    keys,
    streams,
    calls,
  };
}

function entityOf(channelId: string): string {
  return makeEntityId({ platform: "youtube", server: channelId });
}
