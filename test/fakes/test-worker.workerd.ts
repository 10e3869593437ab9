import { DurableObject } from "cloudflare:workers";
import type { AttemptOutcome, ExecutionRequest } from "#contracts/execution-target";
import type { FeedNote } from "#contracts/feed";
import { CoordinatorObject } from "#durable-objects/coordinator/coordinator-object";
import { makeExecutionTarget } from "#durable-objects/execution-target/execution-target";
import { makeFeed } from "#durable-objects/feed/make-feed";
import { makeGatewayLink } from "#durable-objects/gateway-link/gateway-link";
import type { Wishes } from "#durable-objects/gateway-link/wishes";
import { makeLabelClock } from "#durable-objects/label-clock/make-label-clock";
import { makeOverlayObject } from "#durable-objects/overlay/overlay-object";
import { platform as irc } from "#platforms/irc/index";

export { HubSession } from "#durable-objects/hub-session/hub-session-object";
export { MemberChatObject } from "#durable-objects/member-chat/member-chat-object";
export { RateLimiter } from "#durable-objects/rate-limiter/rate-limiter";
export { MailOutbox } from "#test/fakes/mail-world.workerd";
export { CoordinatorObject };

/** Real storage for a test to put its own channel on; the alarm is counted and otherwise left alone. */
export class StorageHost extends DurableObject {
  alarms = 0;

  override async alarm(): Promise<void> {
    this.alarms++;
  }
}

/** What the gateway link handed on, by entity id; a test may make `accept` fail. */
export const accepted: { entityId: string; ids: string[] }[] = [];
export const faults = { acceptFails: false, wishesFail: false, shardsFail: false };

/** What gateways are wished to be connected to, and the coordinator they share it through. */
export const linkWorld: { wishes: Wishes; coordinator: string; graceMs: number } = {
  wishes: { connections: {}, networks: [] },
  coordinator: "irc",
  graceMs: 10_000,
};

interface LinkEnv {
  COORDINATOR: DurableObjectNamespace<CoordinatorObject>;
}

/** Which communities' chats were asked for, and until when. */
export const chatsAsked: { communityId: number; until: number }[] = [];

export class OverlayObject extends makeOverlayObject<object>(() => ({
  watchChat: async (communityId, until) => {
    chatsAsked.push({ communityId, until });
  },
})) {}

export class GatewayLink extends makeGatewayLink<LinkEnv>({
  parseFrame: (frame) => irc.parseFrame?.(frame, {}) ?? [],
  accept: async (_env, entityId, events) => {
    if (faults.acceptFails) throw new Error("the channel is not there");
    accepted.push({ entityId, ids: events.map(({ id }) => id) });
  },
  wishes: async () => {
    if (faults.wishesFail) throw new Error("the database is away");
    return linkWorld.wishes;
  },
  shards: ({ COORDINATOR }, platform) => {
    if (faults.shardsFail) throw new Error("the coordinator is away");
    return COORDINATOR.get(COORDINATOR.idFromName(`${linkWorld.coordinator} ${platform}`));
  },
  graceMs: () => linkWorld.graceMs,
  log: () => undefined,
}) {}

/** What a feed asked of its community's channels, and what they remember. */
export const feedWorld: { asked: { entityId: string; until: number }[]; recent: FeedNote[] } = {
  asked: [],
  recent: [],
};

export class FeedObject extends makeFeed<object>({
  channelsOf: async (_env, communityId) => [`twitch:${communityId}`, `slack:${communityId}`],
  watch: async (_env, entityId, until) => {
    feedWorld.asked.push({ entityId, until });
    return feedWorld.recent.filter((note) => note.entityId === entityId);
  },
}) {}

/** What label clocks ran, and when they are told the next thing is. */
export const labelWorld: { ran: number[]; next: (communityId: number) => number | undefined } = {
  ran: [],
  next: () => undefined,
};

export class LabelClock extends makeLabelClock<object>({
  run: async (_env, communityId) => {
    labelWorld.ran.push(communityId);
    return labelWorld.next(communityId);
  },
  log: () => undefined,
}) {}

/** The world around execution targets: their clock, and what a target answers to which call. */
export const targetWorld: TargetWorld = {
  now: 0,
  slept: [],
  calls: [],
  answer: async () => ({ ok: false, code: "unavailable" }),
};

interface TargetWorld {
  now: number;
  slept: number[];
  calls: ExecutionRequest[];
  answer: (request: ExecutionRequest) => Promise<AttemptOutcome>;
}

export class ExecutionTarget extends makeExecutionTarget<object>({
  makeExecutor: (_env, type) => ({
    execute: async (request) => {
      if (request.target.type !== type) throw new Error("the wrong executor");
      targetWorld.calls.push(request);
      return targetWorld.answer(request);
    },
  }),
  now: () => targetWorld.now,
  sleep: async (ms) => {
    targetWorld.slept.push(ms);
    targetWorld.now += ms;
  },
  log: () => undefined,
}) {}

export default { fetch: () => new Response("only objects live here") };
