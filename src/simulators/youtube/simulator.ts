import { Hono } from "hono";
import type { SimulatorSecrets } from "#simulators/secrets";
import { requireViewer } from "#simulators/viewers";
import type { World } from "#simulators/world";
import { type Deed, makeApiRoutes } from "#simulators/youtube/api-routes";
import { type Broadcast, Broadcasts } from "#simulators/youtube/broadcasts";
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

/** A viewer's channel; derived, so that it never changes. */
export function youtubeChannelOf(viewerId: string): string {
  return `UC${viewerId.padEnd(22, "0").slice(0, 22)}`;
}

/** YouTube as a bot meets it: a hub that tells of videos, a chat that has to be asked for, a quota. */
export function makeYouTubeSimulator(
  world: World,
  secrets: SimulatorSecrets["youtube"],
  { pollingMs = 5000, quota: limit = 10_000, edgeUrl }: YouTubeOptions & { edgeUrl: () => string },
): YouTubeSimulator {
  const { clock, random } = world;
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
    onSaid: ({ chatId }, text) => said.push({ text, chatId }),
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

  return {
    routes,
    hub,
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
