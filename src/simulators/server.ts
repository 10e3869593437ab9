import { randomInt } from "node:crypto";
import { Hono } from "hono";
import { withApiFaults } from "#simulators/api-faults";
import { type Clock, systemClock } from "#simulators/clock";
import { type AttemptRecord, makeDeliverer } from "#simulators/delivery";
import {
  type DiscordGateway,
  type DiscordGatewayOptions,
  makeDiscordGateway,
} from "#simulators/discord/gateway/gateway";
import {
  type DiscordOptions,
  type DiscordSimulator,
  makeDiscordSimulator,
} from "#simulators/discord/simulator";
import { type Faults, makeFaults } from "#simulators/faults";
import { serveLocally } from "#simulators/http-server";
import { type KickOptions, type KickSimulator, makeKickSimulator } from "#simulators/kick/simulator";
import { type Mailbox, startMailbox } from "#simulators/mailbox";
import { makeRandom } from "#simulators/random";
import { makeRehearsalRoutes } from "#simulators/rehearsal";
import type { SimulatorSecrets } from "#simulators/secrets";
import { makeSlackSimulator, type SlackOptions, type SlackSimulator } from "#simulators/slack/simulator";
import { makeTranscript, type RehearsalMessage } from "#simulators/transcript";
import { makeTwitchSimulator, type TwitchOptions, type TwitchSimulator } from "#simulators/twitch/simulator";
import type { World } from "#simulators/world";
import {
  makeYouTubeSimulator,
  type YouTubeOptions,
  type YouTubeSimulator,
} from "#simulators/youtube/simulator";

export interface SimulatorOptions {
  /** 0 takes a free one. */
  port: number;
  /** Of the mail server; a free one without it. */
  mailPort?: number;
  /** Where webhooks go, without a slash at the end; may be empty until `setEdgeUrl`. */
  edgeUrl: string;
  secrets: SimulatorSecrets;
  /**
   * The same seed gives the same ids, faults and probes. Absent: a new one. A bot that keeps its inbox needs a new
   * one on every start, or it rightly takes the same message ids for re-sends.
   */
  seed?: number;
  /** What the bot made of an event, for the rehearsal page; null when it does not know it. */
  why?: (eventId: string, entityId: string) => Promise<unknown>;
  /** Shown on the rehearsal page as a live preview. */
  overlayUrl?: string;
  /** Factor on pauses between tries and on delay faults; 1 is the platforms' own. */
  delayScale?: number;
  /** Factor on how long platforms wait for an answer (3 s, Twitch 10 s). */
  deadlineScale?: number;
  /** How many lines are kept; older ones are forgotten. */
  keepMessages?: number;
  /** Hears of every single attempt: the sending side's own books in load and fault tests. */
  onAttempt?: (record: AttemptRecord) => void;
  twitch?: TwitchOptions;
  slack?: SlackOptions;
  discord?: DiscordOptions;
  youtube?: YouTubeOptions;
  kick?: KickOptions;
  discordGateway?: DiscordGatewayOptions;
  clock?: Clock;
  fetch?: typeof fetch;
}

export interface Simulators {
  /** No slash at the end. Below it: /twitch/helix, /twitch/oauth2, /slack/api, /slack/response, /discord/api/v10, /kick/api, /kick/oauth, /rehearsal. */
  url: string;
  secrets: SimulatorSecrets;
  /** What chance hangs on; put it into a test's failure message. */
  seed: number;
  setEdgeUrl(url: string): void;
  setOverlayUrl(url: string): void;
  faults: Faults;
  twitch: TwitchSimulator;
  slack: SlackSimulator;
  discord: DiscordSimulator;
  youtube: YouTubeSimulator;
  kick: KickSimulator;
  discordGateway: DiscordGateway;
  /** Catches what is mailed. */
  mailbox: Mailbox;
  /** Everything said on all platforms, oldest first. */
  transcript(): RehearsalMessage[];
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts all simulated platforms on one loopback port. Rejects with EADDRINUSE when the port is taken. */
export async function startSimulators(options: SimulatorOptions): Promise<Simulators> {
  const {
    secrets,
    clock = systemClock,
    seed = randomInt(2 ** 32),
    delayScale = 1,
    deadlineScale = 1,
  } = options;
  const random = makeRandom(seed);
  const faults = makeFaults(random.fork("faults"));
  const lineIds = random.fork("lines");
  const transcript = makeTranscript(lineIds.uuid, options.keepMessages ?? 10_000);
  const closing = new AbortController();
  const { signal } = closing;
  const underway = new Set<Promise<unknown>>();
  let url = "";
  let edgeUrl = options.edgeUrl;
  let overlayUrl = options.overlayUrl;

  const deliver = makeDeliverer({
    clock,
    faults,
    signal,
    delayScale,
    deadlineScale,
    fetch: options.fetch ?? fetch,
    edgeUrl: () => edgeUrl,
    onAttempt: options.onAttempt,
  });
  const makeWorld = (name: string): World => ({
    clock,
    random: random.fork(name),
    faults,
    transcript,
    deliver,
    url: () => url,
    background(work) {
      const tracked = work
        .catch((error: unknown) => console.error(`simulated ${name} stumbled`, error))
        .finally(() => underway.delete(tracked));
      underway.add(tracked);
    },
  });

  const twitch = makeTwitchSimulator(makeWorld("twitch"), secrets.twitch, options.twitch ?? {});
  const slack = makeSlackSimulator(makeWorld("slack"), secrets.slack, options.slack ?? {});
  const discord = makeDiscordSimulator(makeWorld("discord"), secrets.discord, options.discord ?? {});
  const discordGateway = makeDiscordGateway(makeWorld("discord"), secrets.discord, options.discordGateway);
  const kick = makeKickSimulator(makeWorld("kick"), secrets.kick, options.kick ?? {});
  const youtube = makeYouTubeSimulator(makeWorld("youtube"), secrets.youtube, {
    ...options.youtube,
    edgeUrl: () => edgeUrl,
  });
  const rehearsal = makeRehearsalRoutes({
    twitch,
    slack,
    discord,
    kick,
    youtube,
    transcript,
    why: options.why,
    overlayUrl: () => overlayUrl,
  });

  const mailbox = await startMailbox(options.mailPort);
  const app = new Hono();
  app.get("/health", (context) => context.json({ status: "healthy" }));
  app.route("/twitch", twitch.routes);
  app.route("/slack/api", slack.routes);
  app.route("/slack/response", slack.responseRoutes);
  app.route("/slack/oauth", slack.oauthRoutes);
  app.route("/slack/openid", slack.openIdRoutes);
  app.route("/slack/files", slack.filesRoutes);
  app.route("/discord/api/v10", discordGateway.routes);
  app.route("/discord/api/v10", discord.routes);
  app.route("/kick", kick.routes);
  app.route("/youtube", youtube.routes);
  app.route("/rehearsal", rehearsal);
  app.route("/mail", mailbox.routes);

  const rotate = { twitch: twitch.expireTokens, kick: kick.expireTokens, slack: slack.tokens.expireAll };
  const handler = withApiFaults(async (request) => app.fetch(request), {
    clock,
    faults,
    signal,
    delayScale,
    rotate,
  });
  const server = await serveLocally(
    options.port,
    handler,
    (...call) => discordGateway.upgrade(...call) || slack.upgrade(...call),
  );
  url = server.url;
  const idle = async () => {
    while (underway.size > 0) await Promise.all(underway);
  };

  return {
    url,
    secrets,
    seed,
    setEdgeUrl(next) {
      edgeUrl = next;
    },
    setOverlayUrl(next) {
      overlayUrl = next;
    },
    faults,
    twitch,
    slack,
    discord,
    kick,
    discordGateway,
    mailbox,
    youtube,
    transcript: transcript.list,
    idle,
    async close() {
      closing.abort();
      discordGateway.stop();
      slack.socketMode.stop();
      await idle();
      await mailbox.close();
      await server.close();
    },
  };
}
