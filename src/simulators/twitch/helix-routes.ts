import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Clock } from "#simulators/clock";
import { parseJson } from "#simulators/parse-json";
import type { SimulatorSecrets } from "#simulators/secrets";
import { type ChatRules, maxMessageLength, type SendChatBody, sendChatBody } from "#simulators/twitch/chat";
import type { Account } from "#simulators/twitch/payloads";
import { asWire, type Subscription, type Subscriptions } from "#simulators/twitch/subscriptions";
import type { AccessToken, Tokens } from "#simulators/twitch/tokens";

const subscriptionBody = z.object({
  type: z.string().min(1),
  version: z.string().min(1),
  condition: z.record(z.string(), z.string()),
  transport: z.object({
    method: z.literal("webhook"),
    callback: z.url(),
    secret: z.string().regex(/^[\x20-\x7e]{10,100}$/),
  }),
});

export interface HelixParts {
  clock: Clock;
  tokens: Tokens;
  secrets: SimulatorSecrets["twitch"];
  chat: ChatRules;
  subscriptions: Subscriptions;
  accounts: readonly Account[];
  /** Shows the bot's line in the channel and returns its message id. */
  show(body: SendChatBody): string;
  /** Sends the challenge; nobody waits for it. */
  verify(subscription: Subscription): void;
}

type Environment = { Variables: { token: AccessToken } };

/** The parts of the Helix API a chat bot calls. */
export function makeHelixRoutes(parts: HelixParts): Hono<Environment> {
  const app = new Hono<Environment>();

  app.use("*", async function authorise(context, next) {
    const bearer = context.req.header("authorization")?.replace(/^Bearer /, "");
    const token = bearer ? parts.tokens.check(bearer) : undefined;
    if (!token) return refuse(context, 401, "Invalid OAuth token");
    if (context.req.header("client-id") !== parts.secrets.clientId) {
      return refuse(context, 401, "Client ID and OAuth token do not match");
    }
    context.set("token", token);
    await next();
  });

  app.post("/chat/messages", async (context) => sendChat(context, parts));
  app.get("/users", (context) => {
    const ids = context.req.queries("id") ?? [];
    const logins = context.req.queries("login") ?? [];
    const found = parts.accounts.filter(({ id, login }) => ids.includes(id) || logins.includes(login));
    const data = found.map(({ id, login, name }) => ({ id, login, display_name: name, type: "" }));
    return context.json({ data });
  });
  app.post("/eventsub/subscriptions", async (context) => subscribe(context, parts));
  app.get("/eventsub/subscriptions", (context) => {
    const { status, type } = context.req.query();
    const wanted = parts.subscriptions
      .list()
      .filter((one) => (!status || one.status === status) && (!type || one.type === type));
    return context.json({ ...totals(parts), data: wanted.map(asWire), pagination: {} });
  });
  app.delete("/eventsub/subscriptions", (context) => {
    const isRemoved = parts.subscriptions.remove(context.req.query("id") ?? "");
    return isRemoved ? context.body(null, 204) : refuse(context, 404, "The subscription was not found.");
  });
  return app;
}

async function sendChat(context: Context<Environment>, parts: HelixParts) {
  const body = sendChatBody.safeParse(parseJson(await context.req.text()));
  if (!body.success) return refuse(context, 400, describe(body.error));
  const { message, broadcaster_id, sender_id } = body.data;
  if ([...message].length > maxMessageLength) {
    return refuse(context, 400, `The message is longer than ${maxMessageLength} characters.`);
  }
  const { userId } = context.get("token");
  if (sender_id !== (userId ?? parts.secrets.botUserId)) {
    return refuse(
      context,
      401,
      "The ID in sender_id must match the user ID found in the request's OAuth token.",
    );
  }
  const now = parts.clock.now();
  const allowance = parts.chat.take(broadcaster_id, now);
  context.header("Ratelimit-Limit", String(allowance.limit));
  context.header("Ratelimit-Remaining", String(allowance.remaining));
  context.header("Ratelimit-Reset", String(Math.ceil(allowance.resetAt / 1000)));
  if (!allowance.isAllowed) return refuse(context, 429, "Too many messages in this channel.");
  const drop = parts.chat.dropReason(body.data, now);
  if (drop) return context.json({ data: [{ message_id: "", is_sent: false, drop_reason: drop }] });
  return context.json({ data: [{ message_id: parts.show(body.data), is_sent: true, drop_reason: null }] });
}

async function subscribe(context: Context<Environment>, parts: HelixParts) {
  if (context.get("token").kind !== "app") {
    return refuse(context, 400, "Webhook subscriptions need an app access token.");
  }
  const body = subscriptionBody.safeParse(parseJson(await context.req.text()));
  if (!body.success) return refuse(context, 400, describe(body.error));
  const { transport, ...wanted } = body.data;
  const created = parts.subscriptions.create({
    ...wanted,
    callback: transport.callback,
    secret: transport.secret,
    createdAt: new Date(parts.clock.now()).toISOString(),
  });
  if (created === "conflict") return refuse(context, 409, "subscription already exists");
  if (created === "too_many") {
    return refuse(context, 429, "There are three subscriptions of this type and condition already.");
  }
  parts.verify(created);
  return context.json({ data: [asWire(created)], ...totals(parts) }, 202);
}

function totals({ subscriptions }: HelixParts) {
  return { total: subscriptions.list().length, total_cost: 0, max_total_cost: 10_000 };
}

const reasons = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  409: "Conflict",
  429: "Too Many Requests",
} as const;

function refuse(context: Context, status: keyof typeof reasons, message: string) {
  return context.json({ error: reasons[status], status, message }, status);
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  return `The parameter "${issue?.path.join(".") ?? "body"}" is missing or malformed.`;
}
