import { type Backoff, backoffMs } from "#gateway/backoff";
import { askForSocket } from "#gateway/slack/ask-for-socket";
import type { SlackSocketConfig } from "#gateway/slack/config";
import { openSlackSocket, type SlackSocket } from "#gateway/slack/socket";
import type { Log } from "#lib/log";

export interface SlackTimings {
  backoff: Backoff;
  pingMs: number;
  /** How long an old socket goes on beside its successor: Slack closes it by itself, and may still send through it. */
  overlapMs: number;
  /** Socket mode is switched off at Slack: looked at again this much later. */
  disabledMs: number;
}

export interface SlotOptions {
  config: SlackSocketConfig;
  fetch: typeof fetch;
  store(id: string, raw: string): boolean;
  timings: SlackTimings;
  log: Log;
  random: () => number;
}

export interface SlotHealth {
  isOpen: boolean;
  failedAttempts: number;
  reconnects: number;
  unstored: number;
  /** What is wrong and what to do. */
  problem?: string;
}

/** One place among the app's sockets, always filled: when Slack wants to end a socket, its successor opens first. */
export interface Slot {
  health(): SlotHealth;
  close(): void;
}

export function startSlot({ config, fetch, store, timings, log, random }: SlotOptions): Slot {
  let current: SlackSocket | undefined;
  let next: SlackSocket | undefined;
  const old = new Set<SlackSocket>();
  let isAsking = false;
  let isPaused = false;
  let failedAttempts = 0;
  let hellos = 0;
  let unstored = 0;
  let problem: string | undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  function later(reason: string, ms?: number): void {
    if (isClosed) return;
    clearTimeout(timer);
    const retryInMs = ms ?? backoffMs(failedAttempts, timings.backoff, random);
    failedAttempts += 1;
    const details = { reason, retryInMs };
    log({ level: "WARNING", category: "SYSTEM", action: "gateway.slack", result: "FAILURE", details });
    timer = setTimeout(() => void connect(), retryInMs);
  }

  async function connect(): Promise<void> {
    if (isClosed || next || isAsking) return;
    clearTimeout(timer);
    isPaused = false;
    isAsking = true;
    const answer = await askForSocket(config, fetch);
    isAsking = false;
    if (isClosed) return;
    if (!answer.ok) {
      problem = answer.reason;
      // A wrong token stays wrong until somebody gives another, and then the process starts anew.
      const details = { reason: answer.reason };
      if (!answer.isFinal) return later(answer.reason, answer.retryAfterMs);
      return log({ level: "ERROR", category: "SYSTEM", action: "gateway.slack", result: "FAILURE", details });
    }
    open(answer.url);
  }

  function open(url: string): void {
    const socket = openSlackSocket({
      url,
      store,
      pingMs: timings.pingMs,
      onHello: () => succeed(socket),
      onDisconnect: (reason) => leave(socket, reason),
      onClosed: (reason) => closed(socket, reason),
      onUnstored(error) {
        unstored += 1;
        log({
          level: "ERROR",
          category: "ERROR",
          action: "gateway.slack",
          result: "FAILURE",
          details: { error },
        });
      },
    });
    next = socket;
  }

  function succeed(socket: SlackSocket): void {
    if (socket !== next) return;
    const before = current;
    current = socket;
    next = undefined;
    failedAttempts = 0;
    hellos += 1;
    problem = undefined;
    if (!before) return;
    old.add(before);
    setTimeout(() => before.close(), timings.overlapMs).unref();
  }

  function leave(socket: SlackSocket, reason: string): void {
    if (reason === "link_disabled") {
      problem = "socket mode is switched off in the app's settings at Slack";
      isPaused = true;
      socket.close();
      return later(problem, timings.disabledMs);
    }
    if (socket === current) void connect();
    if (socket === next) problem = `Slack has no place for another socket (${reason})`;
  }

  function closed(socket: SlackSocket, reason: string): void {
    if (old.delete(socket) || (socket !== current && socket !== next)) return;
    if (socket === current) current = undefined;
    else next = undefined;
    // With a successor on its way, or a pause that was ordered, there is nothing to do.
    if (next || isAsking || isPaused) return;
    later(problem ?? reason);
  }

  void connect();
  return {
    health: () => ({
      isOpen: current !== undefined,
      failedAttempts,
      reconnects: Math.max(0, hellos - 1),
      unstored,
      ...(problem === undefined ? {} : { problem }),
    }),
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const socket of [current, next, ...old]) socket?.close();
    },
  };
}
