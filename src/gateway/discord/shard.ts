import {
  Encoding,
  type IContextFetchingStrategy,
  type SessionInfo,
  WebSocketShard,
  WebSocketShardDestroyRecovery,
  WebSocketShardEvents,
  WebSocketShardStatus,
} from "@discordjs/ws";
import { consequenceOf, disallowedIntents, stopReason } from "#gateway/discord/close-codes";
import type { GatewayInfo } from "#gateway/discord/gateway-info";
import type { IdentifyBudget } from "#gateway/discord/identify-budget";
import type { SessionStore } from "#gateway/discord/session-store";
import type { Log } from "#lib/log";

/** Says goodbye in a way that keeps the session: 1000 and 1001 would end it. */
const leaveCode = 4200;
/** So many lost connections in a row, and the general address is tried instead of the session's own. */
const patience = 3;

export interface ShardOptions {
  shardId: number;
  shardCount: number;
  token: string;
  info: GatewayInfo;
  store: SessionStore;
  budget: IdentifyBudget;
  intents: { wanted(): number; refuse(): boolean };
  /** Stores what came of an event, at once and for good; a throw means it is to be asked for again. */
  onDispatch(event: { s: number; t: string; d: unknown }): void;
  /** A new session began: what was said since the one before is lost. */
  onMissed(gap: { from: number | null; to: number }): void;
  log: Log;
  now: () => number;
}

export interface ShardHealth {
  isConnected: boolean;
  failedAttempts: number;
  /** Why it will not connect again by itself. */
  stopped?: { code: number; reason: string };
  resumes: number;
  lostSessions: number;
  /** Asked for when the session began. */
  intents: number;
}

export interface Shard {
  health(): ShardHealth;
  /** Leaves so that the next process can resume. */
  close(): Promise<void>;
}

/** One connection to Discord with our own rules about when a session is over; the protocol is `@discordjs/ws`. */
export function startShard(options: ShardOptions): Shard {
  const { shardId, shardCount, info, store, budget, now } = options;
  const stored = store.load();
  let live: SessionInfo | null = stored && stored.shardCount === shardCount ? asInfo(stored, shardId) : null;
  let intents = stored?.intents ?? options.intents.wanted();
  let socket: WebSocketShard;
  let isConnected = false;
  /** Between HELLO and the end of the connection. */
  let isOpen = false;
  let isClosing = false;
  /** An event could not be kept: nothing that came behind it counts either, until it has come again. */
  let isRefusing = false;
  let isAfterInvalid = false;
  let askedAt = now();
  let heldSince = now();
  let failedAttempts = 0;
  let resumes = 0;
  let lostSessions = 0;
  let stopped: ShardHealth["stopped"];

  function report(level: "INFO" | "WARNING" | "ERROR", result: "SUCCESS" | "FAILURE", details: object): void {
    options.log({
      level,
      category: "SYSTEM",
      action: "gateway.discord",
      result,
      details: { shard: shardId, ...details },
    });
  }

  function loseSession(reason: string): void {
    isAfterInvalid = true;
    if (!live) return;
    live = null;
    lostSessions += 1;
    store.discard();
    report("WARNING", "FAILURE", { reason });
  }

  const strategy: IContextFetchingStrategy = {
    options: {
      compression: null,
      encoding: Encoding.JSON,
      handshakeTimeout: 30_000,
      helloTimeout: 60_000,
      readyTimeout: 15_000,
      identifyProperties: { browser: "waddlebot", device: "waddlebot", os: process.platform },
      initialPresence: null,
      largeThreshold: null,
      token: options.token,
      useIdentifyCompression: false,
      version: "10",
      gatewayInformation: info,
      shardCount,
      get intents() {
        return intents;
      },
    },
    retrieveSessionInfo() {
      // A reconnect that was already planned when we left must not happen.
      if (isClosing && !isOpen) return new Promise<never>(() => undefined);
      return live && failedAttempts >= patience ? { ...live, resumeURL: info.url } : live;
    },
    updateSessionInfo(_, told) {
      if (told === null) {
        // Forgotten by the library for many reasons. Only op 9 on an open connection means that Discord forgot it too;
        // a network that fails, a HELLO that never came, our own goodbye do not.
        if (isOpen && !isClosing) loseSession("Discord ended the session");
        return;
      }
      if (told.sessionId !== live?.sessionId) {
        const resumeUrl = URL.canParse(told.resumeURL) ? told.resumeURL : info.url;
        const session = { sessionId: told.sessionId, resumeUrl, shardCount, intents };
        options.onMissed(store.open(session, now(), askedAt));
      }
      if (!isRefusing) live = told;
    },
    async waitForIdentify(_, signal) {
      intents = options.intents.wanted();
      const leaving = AbortSignal.any([signal, closing.signal]);
      try {
        await budget.take(shardId, { signal: leaving, isAfterInvalid });
        isAfterInvalid = false;
        askedAt = now();
      } catch (error) {
        // The library identifies even so when this fails for any other reason than a closed connection.
        if (signal.aborted) throw error;
        await new Promise(() => undefined);
      }
    },
  };
  const closing = new AbortController();

  function onClosed(code: number): void {
    isConnected = false;
    const consequence = isClosing ? "resume" : consequenceOf(code);
    if (consequence === "new session") loseSession(`Discord closed with ${code}`);
    isOpen = false;
    failedAttempts += 1;
    if (consequence === "resume") return report("WARNING", "FAILURE", { code, resumes: live !== null });
    if (consequence !== "stop") return;
    const isPossible = code === disallowedIntents && options.intents.refuse();
    if (isPossible) {
      report("WARNING", "FAILURE", { code, reason: "goes on without privileged intents" });
      // Once the library has put the old connection away.
      setTimeout(connect, 100);
      return;
    }
    stopped = { code, reason: stopReason(code) };
    // Wrong numbers must not be taken up again by the next process.
    if (code === 4010 || code === 4011) store.discard();
    report("ERROR", "FAILURE", stopped);
  }

  function onHeld(): void {
    isConnected = true;
    heldSince = now();
    failedAttempts = 0;
    report("INFO", "SUCCESS", { session: live ? store.frameId(0) : "" });
  }

  function onDispatch(event: { s: number; t: string; d: unknown }): void {
    if (isRefusing || event.s <= store.received()) return;
    try {
      options.onDispatch(event);
    } catch (error) {
      report("ERROR", "FAILURE", { error });
      // Not on disk, so it was not received: asked for again.
      isRefusing = true;
      if (live) live = { ...live, sequence: store.received() };
      void socket.destroy({ code: leaveCode, recover: WebSocketShardDestroyRecovery.Resume });
    }
  }

  function connect(): void {
    if (isClosing) return;
    socket = new WebSocketShard(strategy, shardId);
    socket.on(WebSocketShardEvents.Hello, () => {
      isOpen = true;
      isRefusing = false;
    });
    socket.on(WebSocketShardEvents.Closed, onClosed);
    socket.on(WebSocketShardEvents.Ready, onHeld);
    socket.on(WebSocketShardEvents.Resumed, () => {
      resumes += 1;
      onHeld();
    });
    // What it sent before that heartbeat came before the answer; what came since may hide more that did not.
    // Before READY or RESUMED it is answered too, and says nothing of what was missed until then.
    socket.on(WebSocketShardEvents.HeartbeatComplete, ({ heartbeatAt }) => {
      if (isConnected && heartbeatAt >= heldSince) store.touch(heartbeatAt);
    });
    socket.on(WebSocketShardEvents.Dispatch, onDispatch);
    // Both are told by the close that follows; an "error" nobody listens to would end the process.
    socket.on(WebSocketShardEvents.Error, () => undefined);
    socket.on(WebSocketShardEvents.SocketError, () => undefined);
    // Rejects on a close that stops us, which `onClosed` has seen.
    socket.connect().catch(() => undefined);
  }
  connect();

  /** A socket that is still connecting cannot be ended yet: its failure would have no listener. */
  async function leave(): Promise<void> {
    if (socket.status === WebSocketShardStatus.Idle) return;
    const heard = [WebSocketShardEvents.Hello, WebSocketShardEvents.Closed];
    if (!isOpen)
      await Promise.race(
        heard.map((event) => new Promise<void>((resolve) => socket.once(event, () => resolve()))),
      );
    if (isOpen) await socket.destroy({ code: leaveCode, reason: "back soon" });
  }

  return {
    health: () => ({
      isConnected,
      failedAttempts,
      ...(stopped && { stopped }),
      resumes,
      lostSessions,
      intents,
    }),
    async close() {
      isClosing = true;
      closing.abort();
      await Promise.race([leave(), new Promise((resolve) => setTimeout(resolve, 1500).unref())]);
      isOpen = false;
      isConnected = false;
    },
  };
}

function asInfo(stored: NonNullable<ReturnType<SessionStore["load"]>>, shardId: number): SessionInfo {
  const { sessionId, shardCount, sequence, resumeUrl } = stored;
  return { sessionId, shardCount, sequence, resumeURL: resumeUrl, shardId };
}
