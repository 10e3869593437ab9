import type { Random } from "#simulators/random";

/** The EventSub topics we can play, with their current versions. */
export const eventSubVersions = {
  "channel.chat.message": "1",
  "channel.follow": "2",
  "channel.subscribe": "1",
  "channel.subscription.gift": "1",
  "channel.subscription.message": "1",
  "channel.cheer": "1",
  "channel.raid": "1",
  "channel.ban": "1",
  "channel.chat.notification": "1",
  "stream.online": "1",
  "stream.offline": "1",
} as const;
export type EventSubType = keyof typeof eventSubVersions;

/** Where notifications go: an address of their own, or a conduit that knows one. */
export type Transport =
  | { method: "webhook"; callback: string; secret: string }
  | { method: "conduit"; conduitId: string };

export interface Subscription {
  id: string;
  type: string;
  version: string;
  condition: Record<string, string>;
  /** `webhook_callback_verification_pending`, `enabled`, or why it ended. */
  status: string;
  transport: Transport;
  createdAt: string;
  /** 0 where the channel's owner consented to us, else 1. */
  cost: number;
  /** Notifications in a row that were given up. */
  failures: number;
}

export type WantedSubscription = Omit<Subscription, "id" | "status" | "failures">;

/** At most this many subscriptions of one type and condition (EventSub, "Manage subscriptions"). */
const maxIdentical = 3;

export interface Subscriptions {
  /**
   * `conflict`: the very same exists already; `too_many`: three of this type and condition exist; `too_dear`: no cost
   * is left.
   */
  create(wanted: WantedSubscription): Subscription | "conflict" | "too_many" | "too_dear";
  get(id: string): Subscription | undefined;
  remove(id: string): boolean;
  list(): Subscription[];
  totalCost(): number;
  /** The enabled one for this topic of this channel. */
  enabled(type: string, broadcasterId: string): Subscription | undefined;
}

export function makeSubscriptions(random: Random, maxTotalCost: number): Subscriptions {
  const byId = new Map<string, Subscription>();
  const list = () => [...byId.values()];
  const totalCost = () =>
    list()
      .filter(isAlive)
      .reduce((sum, { cost }) => sum + cost, 0);
  return {
    create(wanted) {
      const identical = list().filter((one) => isAlive(one) && keyOf(one) === keyOf(wanted));
      if (identical.some((one) => addressOf(one) === addressOf(wanted))) return "conflict";
      if (identical.length >= maxIdentical) return "too_many";
      if (totalCost() + wanted.cost > maxTotalCost) return "too_dear";
      // A conduit's shards are verified by themselves.
      const isVerified = wanted.transport.method === "conduit";
      const status = isVerified ? "enabled" : "webhook_callback_verification_pending";
      const subscription = { ...wanted, id: random.uuid(), status, failures: 0 };
      byId.set(subscription.id, subscription);
      return subscription;
    },
    get: (id) => byId.get(id),
    remove: (id) => byId.delete(id),
    list,
    totalCost,
    enabled: (type, broadcasterId) =>
      list().find(
        (one) =>
          one.type === type &&
          one.status === "enabled" &&
          Object.values(one.condition).includes(broadcasterId),
      ),
  };
}

/** What a topic must name: the channel, and for some who reads it. */
export function conditionFor(type: EventSubType, broadcasterId: string, botUserId: string) {
  if (type === "channel.raid") return { to_broadcaster_user_id: broadcasterId };
  const channel = { broadcaster_user_id: broadcasterId };
  if (type.startsWith("channel.chat.")) return { ...channel, user_id: botUserId };
  if (type === "channel.follow") return { ...channel, moderator_user_id: botUserId };
  return channel;
}

/** A subscription the way the API and every webhook body show it. */
export function asWire({ id, type, version, status, condition, transport, createdAt, cost }: Subscription) {
  return {
    id,
    status,
    type,
    version,
    cost,
    condition,
    transport:
      transport.method === "webhook"
        ? { method: "webhook", callback: transport.callback }
        : { method: "conduit", conduit_id: transport.conduitId },
    created_at: createdAt,
  };
}

function isAlive({ status }: { status: string }): boolean {
  return status === "enabled" || status === "webhook_callback_verification_pending";
}

function addressOf({ transport }: Pick<Subscription, "transport">): string {
  return transport.method === "webhook" ? transport.callback : transport.conduitId;
}

function keyOf({ type, condition }: Pick<Subscription, "type" | "condition">): string {
  return JSON.stringify([type, Object.entries(condition).sort()]);
}
