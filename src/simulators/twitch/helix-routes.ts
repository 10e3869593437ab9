import { type Context, Hono } from "hono";
import type { Clock } from "#simulators/clock";
import { makeFixedWindow } from "#simulators/limits";
import type { SimulatorSecrets } from "#simulators/secrets";
import { type ChatRules, maxMessageLength, type SendChatBody, sendChatBody } from "#simulators/twitch/chat";
import { type ActionParts, makeActionRoutes } from "#simulators/twitch/helix-actions";
import { type ConduitParts, makeConduitRoutes } from "#simulators/twitch/helix-conduits";
import { type Environment, readBody, refuse } from "#simulators/twitch/helix-context";
import { makeSubscriptionRoutes, type SubscriptionParts } from "#simulators/twitch/helix-subscriptions";
import type { Account } from "#simulators/twitch/payloads";
import type { Tokens } from "#simulators/twitch/tokens";

export interface HelixParts {
  clock: Clock;
  tokens: Tokens;
  secrets: SimulatorSecrets["twitch"];
  chat: ChatRules;
  accounts: readonly Account[];
  /** Points a minute for each token. */
  points: number;
  subscriptions: SubscriptionParts;
  conduits: ConduitParts;
  actions: ActionParts;
  /** Where that account is moderator. */
  moderatedBy(userId: string): readonly string[];
  /** Shows the bot's line in the channel and returns its message id. */
  show(body: SendChatBody): string;
}

const games = [
  { id: "509658", name: "Just Chatting" },
  { id: "27471", name: "Minecraft" },
];

/** The parts of the Helix API a chat bot calls. */
export function makeHelixRoutes(parts: HelixParts): Hono<Environment> {
  const app = new Hono<Environment>();
  const bucket = makeFixedWindow(parts.points, 60_000);
  app.use("*", async function authorise(context, next) {
    const bearer = context.req.header("authorization")?.replace(/^Bearer /, "");
    const token = bearer ? parts.tokens.check(bearer) : undefined;
    if (!bearer || !token) return refuse(context, 401, "Invalid OAuth token");
    if (context.req.header("client-id") !== parts.secrets.clientId) {
      return refuse(context, 401, "Client ID and OAuth token do not match");
    }
    const allowance = bucket.take(bearer, parts.clock.now());
    context.header("Ratelimit-Limit", String(allowance.limit));
    context.header("Ratelimit-Remaining", String(allowance.remaining));
    context.header("Ratelimit-Reset", String(Math.ceil(allowance.resetAt / 1000)));
    if (!allowance.isAllowed) return refuse(context, 429, "Too many requests.");
    context.set("token", token);
    return next();
  });

  app.post("/chat/messages", async (context) => sendChat(context, parts));
  app.get("/users", (context) => {
    const ids = context.req.queries("id") ?? [];
    const logins = context.req.queries("login") ?? [];
    // Without a question it is about whose token it is.
    const own = ids.length + logins.length === 0 ? context.get("token").userId : undefined;
    const found = parts.accounts.filter(
      ({ id, login }) => id === own || ids.includes(id) || logins.includes(login),
    );
    const data = found.map(({ id, login, name }) => ({ id, login, display_name: name, type: "" }));
    return context.json({ data });
  });
  app.get("/games", (context) =>
    context.json({ data: games.filter(({ name }) => name === context.req.query("name")) }),
  );
  app.get("/search/categories", (context) => {
    const wanted = (context.req.query("query") ?? "").toLowerCase();
    return context.json({ data: games.filter(({ name }) => name.toLowerCase().includes(wanted)) });
  });
  app.get("/moderation/channels", (context) => listModerated(context, parts));
  app.route("/eventsub/subscriptions", makeSubscriptionRoutes(parts.subscriptions));
  app.route("/eventsub/conduits", makeConduitRoutes(parts.conduits));
  app.route("/", makeActionRoutes(parts.actions));
  return app;
}

function listModerated(context: Context<Environment>, { moderatedBy }: HelixParts) {
  const { userId, scopes } = context.get("token");
  if (userId === undefined || userId !== context.req.query("user_id"))
    return refuse(
      context,
      401,
      "The ID in user_id must match the user ID found in the request's OAuth token.",
    );
  if (!scopes.includes("user:read:moderated_channels"))
    return refuse(context, 401, "Missing scope: user:read:moderated_channels");
  const data = moderatedBy(userId).map((broadcaster_id) => ({ broadcaster_id }));
  return context.json({ data, pagination: {} });
}

async function sendChat(context: Context<Environment>, parts: HelixParts) {
  const body = await readBody(context, sendChatBody);
  if (!body.ok) return refuse(context, 400, body.message);
  const { message, broadcaster_id, sender_id } = body.data;
  if ([...message].length > maxMessageLength) {
    return refuse(context, 400, `The message is longer than ${maxMessageLength} characters.`);
  }
  const { userId } = context.get("token");
  if (sender_id !== (userId ?? parts.secrets.botUserId)) {
    const mismatch = "The ID in sender_id must match the user ID found in the request's OAuth token.";
    return refuse(context, 401, mismatch);
  }
  const now = parts.clock.now();
  if (!parts.chat.take(broadcaster_id, now))
    return refuse(context, 429, "Too many messages in this channel.");
  const drop = parts.chat.dropReason(body.data, now);
  if (drop) return context.json({ data: [{ message_id: "", is_sent: false, drop_reason: drop }] });
  return context.json({ data: [{ message_id: parts.show(body.data), is_sent: true, drop_reason: null }] });
}
