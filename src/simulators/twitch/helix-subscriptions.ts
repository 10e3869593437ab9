import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Clock } from "#simulators/clock";
import type { Conduits } from "#simulators/twitch/conduits";
import { type Environment, readBody, refuse } from "#simulators/twitch/helix-context";
import type { Consents } from "#simulators/twitch/scopes";
import {
  asWire,
  type Subscription,
  type Subscriptions,
  type Transport,
} from "#simulators/twitch/subscriptions";

export const webhookTransport = z.object({
  method: z.literal("webhook"),
  callback: z.url({ protocol: /^https$/ }),
  secret: z.string().regex(/^[\x20-\x7e]{10,100}$/),
});
const subscriptionBody = z.object({
  type: z.string().min(1),
  version: z.string().min(1),
  condition: z.record(z.string(), z.string()),
  transport: z.discriminatedUnion("method", [
    webhookTransport,
    z.object({ method: z.literal("conduit"), conduit_id: z.string().min(1) }),
  ]),
});
type Body = z.infer<typeof subscriptionBody>;

/** What the channel's owner must have consented to. */
const ownerMustGive: Readonly<Record<string, string>> = {
  "channel.subscribe": "channel:read:subscriptions",
  "channel.subscription.gift": "channel:read:subscriptions",
  "channel.subscription.message": "channel:read:subscriptions",
  "channel.cheer": "bits:read",
  "channel.ban": "channel:moderate",
};

export interface SubscriptionParts {
  clock: Clock;
  subscriptions: Subscriptions;
  conduits: Conduits;
  consents: Consents;
  maxTotalCost: number;
  pageSize: number;
  isModerator(broadcasterId: string): boolean;
  /** Sends the challenge; nobody waits for it. */
  verify(subscription: Subscription): void;
}

/** EventSub subscriptions: made, listed page by page, removed; app tokens only. */
export function makeSubscriptionRoutes(parts: SubscriptionParts): Hono<Environment> {
  const app = new Hono<Environment>();
  app.use("*", async function appOnly(context, next) {
    if (context.get("token").kind === "app") return next();
    return refuse(context, 400, "Webhook subscriptions need an app access token.");
  });
  app.post("/", (context) => subscribe(context, parts));
  app.get("/", (context) => list(context, parts));
  app.delete("/", (context) => {
    const isRemoved = parts.subscriptions.remove(context.req.query("id") ?? "");
    return isRemoved ? context.body(null, 204) : refuse(context, 404, "The subscription was not found.");
  });
  return app;
}

function list(context: Context<Environment>, parts: SubscriptionParts) {
  const { status, type, user_id, after = "0" } = context.req.query();
  const wanted = parts.subscriptions
    .list()
    .filter((one) => (!status || one.status === status) && (!type || one.type === type))
    .filter((one) => !user_id || Object.values(one.condition).includes(user_id));
  const from = Number(after);
  const to = from + parts.pageSize;
  const pagination = to < wanted.length ? { cursor: String(to) } : {};
  return context.json({ ...totals(parts), data: wanted.slice(from, to).map(asWire), pagination });
}

async function subscribe(context: Context<Environment>, parts: SubscriptionParts) {
  const body = await readBody(context, subscriptionBody);
  if (!body.ok) return refuse(context, 400, body.message);
  const { type, version, condition } = body.data;
  if (/^channel\.hype_train\./.test(type) && version === "1")
    return refuse(context, 400, "this subscription version is no longer available");
  if (!isAllowed(body.data, parts)) return refuse(context, 403, "subscription missing proper authorization");
  const transport = transportOf(body.data, parts);
  if (!transport) return refuse(context, 400, "invalid transport");
  const broadcaster = condition["broadcaster_user_id"] ?? condition["to_broadcaster_user_id"] ?? "";
  const created = parts.subscriptions.create({
    type,
    version,
    condition,
    transport,
    createdAt: new Date(parts.clock.now()).toISOString(),
    cost: parts.consents.has(broadcaster, "channel:bot") ? 0 : 1,
  });
  if (created === "conflict") return refuse(context, 409, "subscription already exists");
  if (created === "too_many")
    return refuse(context, 429, "There are three subscriptions of this type and condition already.");
  if (created === "too_dear") return refuse(context, 429, "cost exceeded");
  if (transport.method === "webhook") parts.verify(created);
  return context.json({ data: [asWire(created)], ...totals(parts) }, 202);
}

/** Whether those whose channel it is, and who reads for us, have consented. */
function isAllowed({ type, condition }: Body, { consents, isModerator }: SubscriptionParts): boolean {
  const broadcaster = condition["broadcaster_user_id"] ?? "";
  const ofOwner = ownerMustGive[type];
  if (ofOwner !== undefined) return consents.has(broadcaster, ofOwner);
  if (type === "channel.follow") {
    const reader = condition["moderator_user_id"] ?? "";
    const mayRead = reader === broadcaster || isModerator(broadcaster);
    return mayRead && consents.has(reader, "moderator:read:followers");
  }
  if (!type.startsWith("channel.chat.")) return true;
  const reader = condition["user_id"] ?? "";
  const isIn = consents.has(broadcaster, "channel:bot") || isModerator(broadcaster);
  return isIn && consents.has(reader, "user:read:chat") && consents.has(reader, "user:bot");
}

function transportOf({ transport }: Body, { conduits }: SubscriptionParts): Transport | undefined {
  if (transport.method === "webhook") return transport;
  const conduit = conduits.get(transport.conduit_id);
  return conduit && { method: "conduit", conduitId: conduit.id };
}

function totals({ subscriptions, maxTotalCost }: SubscriptionParts) {
  return {
    total: subscriptions.list().length,
    total_cost: subscriptions.totalCost(),
    max_total_cost: maxTotalCost,
  };
}
