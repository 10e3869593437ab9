import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Hono } from "hono";
import { WebSocketServer } from "ws";
import { parseEntityId } from "#contracts/ids";
import { remember } from "#simulators/bounded-map";
import { demoIds } from "#simulators/demo";
import { type Connection, serveConnection } from "#simulators/discord/gateway/connection";
import { type GatewayEvents, makeGatewayEvents } from "#simulators/discord/gateway/events";
import { type IdentifyLedger, makeIdentifyLedger } from "#simulators/discord/gateway/identify-ledger";
import * as payloads from "#simulators/discord/gateway/payloads";
import { dispatch, makeSessions, type Session } from "#simulators/discord/gateway/sessions";
import * as wire from "#simulators/discord/gateway/wire";
import type { Fault } from "#simulators/faults";
import type { SimulatorSecrets } from "#simulators/secrets";
import { requireViewer, viewers } from "#simulators/viewers";
import type { World } from "#simulators/world";

export interface DiscordGatewayOptions {
  heartbeatMs?: number;
  /** What GET /gateway/bot recommends. */
  shards?: number;
  maxConcurrency?: number;
  /** One identify in this time for each bucket; 5000 is Discord's own. */
  identifyBucketMs?: number;
  /** Identifies in 24 hours. */
  identifyLimit?: number;
  /** Privileged intents switched on for the application; all by default. */
  privilegedIntents?: number;
  needsShards?: boolean;
  /** Guilds besides the demo's, for load and for shards. */
  guildIds?: readonly string[];
}

/** Discord's gateway: what a bot with a socket sees. */
export interface DiscordGateway extends GatewayEvents {
  /** GET /gateway/bot. */
  routes: Hono;
  /** False when the path is not the gateway's. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): boolean;
  ledger: IdentifyLedger;
  /** Every resume that was granted, with how many events it replayed. */
  resumes: readonly { sessionId: string; replayed: number; at: number }[];
  /** Codes the bot closed its connections with. */
  closedByBot: readonly number[];
  connections(): number;
  /** Heartbeats heard on the open connections. */
  heartbeats(): number;
  sessions(): readonly Readonly<Session>[];
  /** Discord forgets a session; whoever resumes it gets op 9. */
  endSession(id: string): void;
  /** Op 7 to every connection. */
  askToReconnect(): void;
  /** Op 9 to every connection; false ends the sessions too. */
  invalidate(isResumable: boolean): void;
  /** Op 1: asks every connection for a heartbeat now. */
  askForHeartbeat(): void;
  close(code: number): void;
  /** Every connection is gone without a word. */
  cut(): void;
  /** While false, heartbeats stay without an answer. */
  acknowledges: boolean;
  /** While true, nobody gets a connection. */
  isUnreachable: boolean;
  /** Which privileged intents are switched on from now on. */
  privilegedIntents: number;
  stop(): void;
}

export function makeDiscordGateway(
  world: World,
  secrets: SimulatorSecrets["discord"],
  options: DiscordGatewayOptions = {},
): DiscordGateway {
  const { clock, faults, transcript } = world;
  const { maxConcurrency = 1, identifyLimit = 1000, shards = 1, heartbeatMs = 41_250 } = options;
  const random = world.random.fork("gateway");
  const ledger = makeIdentifyLedger(clock.now, {
    total: identifyLimit,
    maxConcurrency,
    bucketMs: options.identifyBucketMs ?? 5000,
  });
  const sessions = makeSessions(clock);
  const server = new WebSocketServer({ noServer: true });
  const open = new Set<Connection>();
  const closedByBot: number[] = [];
  const resumes: { sessionId: string; replayed: number; at: number }[] = [];
  const guildIds = [demoIds.discordGuildId, ...(options.guildIds ?? [])];
  let token = secrets.botToken;
  const address = () => world.url().replace(/^http/, "ws");
  const events = makeGatewayEvents(world, { secrets, sessions, onDispatched: suffer });

  function onReady(session: Session): void {
    const mine = guildIds.filter((id) => wire.shardOf(id, session.shard[1]) === session.shard[0]);
    dispatch(session, "READY", {
      v: 10,
      user: payloads.botUser(secrets.applicationId),
      guilds: mine.map((id) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `${address()}/discord/gateway/resume`,
      shard: session.shard,
      application: { id: secrets.applicationId, flags: 0 },
    });
    const ownerId = requireViewer("pia").discordId;
    for (const id of mine) {
      const voiceStates = events.voiceStates(id);
      dispatch(session, "GUILD_CREATE", payloads.guildCreate({ id, ownerId, viewers, voiceStates }));
    }
  }

  // Discord tells a bot of its own messages too.
  const echoed = new Map<string, true>();
  transcript.onChange(({ platform, author, isPending, platformMessageId: id, text, entityId }) => {
    if (platform !== "discord" || author.kind !== "bot" || isPending || id === undefined) return;
    const channelId = parseEntityId(entityId)?.channel;
    if (!echoed.has(id)) events.echo({ text, ...(channelId !== undefined && { channelId }) });
    remember(echoed, id, true);
  });

  function suffer(): void {
    const fault = faults.take("discord", "gateway");
    if (fault) misbehave(gateway, fault);
  }

  const routes = new Hono();
  routes.get("/gateway/bot", (context) => {
    if (context.req.header("authorization") !== `Bot ${token}`)
      return context.json({ message: "401: Unauthorized", code: 0 }, 401);
    return context.json({
      url: `${address()}/discord/gateway`,
      shards,
      session_start_limit: {
        total: identifyLimit,
        remaining: ledger.remaining(),
        reset_after: ledger.resetAfterMs(),
        max_concurrency: maxConcurrency,
      },
    });
  });

  const gateway: DiscordGateway = {
    ...events,
    routes,
    ledger,
    resumes,
    closedByBot,
    acknowledges: true,
    isUnreachable: false,
    privilegedIntents: options.privilegedIntents ?? wire.privilegedIntents,
    connections: () => open.size,
    heartbeats: () => [...open].reduce((sum, connection) => sum + connection.heartbeats(), 0),
    sessions: sessions.all,
    endSession: sessions.end,
    upgrade(request, stream, head) {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://gateway");
      if (!pathname.startsWith("/discord/gateway")) return false;
      if (gateway.isUnreachable) {
        stream.destroy();
        return true;
      }
      server.handleUpgrade(request, stream, head, (socket) => {
        const connection = serveConnection(socket, searchParams.get("v"), {
          clock,
          ledger,
          sessions,
          heartbeatMs,
          allowedIntents: gateway.privilegedIntents,
          needsShards: options.needsShards ?? false,
          token: () => token,
          resetToken() {
            token = random.hex(48);
            sessions.endAll();
            gateway.close(wire.closeCodes.authenticationFailed);
          },
          makeSessionId: () => random.hex(32),
          onReady,
          onResumed: ({ id }, replayed) => resumes.push({ sessionId: id, replayed, at: clock.now() }),
          acknowledges: () => gateway.acknowledges,
        });
        open.add(connection);
        socket.on("close", (code) => {
          if (open.delete(connection)) closedByBot.push(code);
        });
      });
      return true;
    },
    askToReconnect: () => forAll((connection) => connection.send(wire.opcodes.reconnect, null)),
    askForHeartbeat: () => forAll((connection) => connection.send(wire.opcodes.heartbeat, null)),
    invalidate: (isResumable) =>
      forAll((connection) => {
        const session = connection.session();
        if (session && !isResumable) sessions.end(session.id);
        connection.send(wire.opcodes.invalidSession, isResumable);
      }),
    close: (code) =>
      forAll((connection) => {
        const session = connection.session();
        // "Invalid seq" and "session timed out": reconnect and start a new session.
        if (session && (code === 4007 || code === 4009)) sessions.end(session.id);
        open.delete(connection);
        connection.close(code);
      }),
    cut: () =>
      forAll((connection) => {
        open.delete(connection);
        connection.cut();
      }),
    stop() {
      for (const client of server.clients) client.terminate();
    },
  };

  const forAll = (act: (connection: Connection) => void) => [...open].forEach(act);
  return gateway;
}

/** A fault that was asked for, right after an event went out. */
function misbehave(gateway: DiscordGateway, { kind, code }: Fault): void {
  if (kind === "op7") gateway.askToReconnect();
  if (kind === "op9") gateway.invalidate(false);
  if (kind === "op9-resumable") gateway.invalidate(true);
  if (kind === "close") gateway.close(code ?? wire.closeCodes.unknownError);
  if (kind === "drop") gateway.cut();
  if (kind === "no-acks") gateway.acknowledges = false;
}
