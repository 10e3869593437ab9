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
  "stream.online": "1",
  "stream.offline": "1",
} as const;
export type EventSubType = keyof typeof eventSubVersions;

export interface Subscription {
  id: string;
  type: string;
  version: string;
  condition: Record<string, string>;
  /** `webhook_callback_verification_pending`, `enabled`, or why it ended. */
  status: string;
  secret: string;
  callback: string;
  createdAt: string;
  /** Notifications in a row that were given up. */
  failures: number;
}

type Wanted = Pick<Subscription, "type" | "version" | "condition" | "secret" | "callback" | "createdAt">;

/** At most this many subscriptions of one type and condition (EventSub, "Manage subscriptions"). */
const maxIdentical = 3;

export interface Subscriptions {
  /** `conflict`: the very same exists already; `too_many`: three of this type and condition exist. */
  create(wanted: Wanted): Subscription | "conflict" | "too_many";
  get(id: string): Subscription | undefined;
  remove(id: string): boolean;
  list(): Subscription[];
  /** The enabled one for this topic of this channel. */
  enabled(type: string, broadcasterId: string): Subscription | undefined;
}

export function makeSubscriptions(random: Random): Subscriptions {
  const byId = new Map<string, Subscription>();
  const list = () => [...byId.values()];
  return {
    create(wanted) {
      const identical = list().filter(
        (one) => one.type === wanted.type && conditionKey(one.condition) === conditionKey(wanted.condition),
      );
      if (identical.some((one) => one.callback === wanted.callback && isAlive(one))) return "conflict";
      if (identical.filter(isAlive).length >= maxIdentical) return "too_many";
      const status = "webhook_callback_verification_pending";
      const subscription = { ...wanted, id: random.uuid(), status, failures: 0 };
      byId.set(subscription.id, subscription);
      return subscription;
    },
    get: (id) => byId.get(id),
    remove: (id) => byId.delete(id),
    list,
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
  if (type === "channel.chat.message") return { ...channel, user_id: botUserId };
  if (type === "channel.follow") return { ...channel, moderator_user_id: botUserId };
  return channel;
}

/** A subscription the way the API and every webhook body show it. */
export function asWire({ id, type, version, status, condition, callback, createdAt }: Subscription) {
  return {
    id,
    status,
    type,
    version,
    cost: 0,
    condition,
    transport: { method: "webhook", callback },
    created_at: createdAt,
  };
}

function isAlive({ status }: Subscription): boolean {
  return status === "enabled" || status === "webhook_callback_verification_pending";
}

function conditionKey(condition: Record<string, string>): string {
  return JSON.stringify(Object.entries(condition).sort());
}
