import { type Context, Hono } from "hono";
import * as z from "zod";
import { remember } from "#simulators/bounded-map";
import type { Clock } from "#simulators/clock";
import type { CommandBook } from "#simulators/discord/command-routes";
import type { Interactions } from "#simulators/discord/interactions";
import type { DiscordOAuth } from "#simulators/discord/oauth-routes";
import type { DiscordOutbox } from "#simulators/discord/outbox";
import { contentProblem, interactionAnswer, type MessageBody, messageBody } from "#simulators/discord/wire";
import { makeFixedWindow } from "#simulators/limits";
import { parseJson } from "#simulators/parse-json";
import type { SimulatorSecrets } from "#simulators/secrets";
import { viewers } from "#simulators/viewers";

export interface RestParts {
  clock: Clock;
  secrets: SimulatorSecrets["discord"];
  outbox: DiscordOutbox;
  interactions: Interactions;
  commandBook: CommandBook;
  guildRoutes: Hono;
  oauth: DiscordOAuth;
  /** The event a message caused or answered. */
  eventOf(messageId: string): string | undefined;
}

/** How long an enforced nonce is remembered ("the past few minutes"). */
const nonceLifetimeMs = 5 * 60_000;

/** The parts of the REST API a bot calls. */
export function makeRestRoutes(parts: RestParts): Hono {
  const { clock, secrets, interactions } = parts;
  const app = new Hono();
  const overall = makeFixedWindow(50, 1000);

  // Interaction endpoints are not bound to the bot's global limit and need no token of the bot.
  app.use("/channels/*", botOnly);
  app.use("/applications/*", botOnly);
  app.use("/guilds/*", botOnly);
  app.use("/users/@me/channels", botOnly);
  async function botOnly(context: Context, next: () => Promise<void>) {
    if (context.req.header("authorization") !== `Bot ${secrets.botToken}`) {
      return context.json({ message: "401: Unauthorized", code: 0 }, 401);
    }
    const { isAllowed, resetAt } = overall.take("bot", clock.now());
    if (!isAllowed) return tooMany(context, resetAt - clock.now(), true);
    await next();
  }

  app.post("/channels/:channel/messages", makeChannelHandler(parts));

  // A conversation with one person; the same one each time.
  app.post("/users/@me/channels", async (context) => {
    const asked = z.object({ recipient_id: z.string() }).safeParse(parseJson(await context.req.text()));
    const person = viewers.find(({ discordId }) => discordId === asked.data?.recipient_id);
    if (!person) return invalidForm(context);
    return context.json({ id: `9${person.discordId}`, type: 1, recipients: [{ id: person.discordId }] });
  });
  app.route("/applications", parts.commandBook.routes);
  app.route("/", parts.guildRoutes);
  app.route("/oauth2", parts.oauth.routes);
  app.get("/users/@me", (context) => {
    const person = parts.oauth.personOf(context.req.header("authorization"));
    if (!person) return context.json({ message: "401: Unauthorized", code: 0 }, 401);
    return context.json({
      id: person.discordId,
      username: person.login,
      global_name: person.name,
      avatar: null,
    });
  });

  app.post("/interactions/:id/:token/callback", async (context) => {
    const { id, token } = context.req.param();
    const body = interactionAnswer.safeParse(parseJson(await context.req.text()));
    if (!body.success) return invalidForm(context);
    if (!interactions.isOpen(id, token)) return unknownInteraction(context);
    interactions.answer(token, body.data);
    return context.body(null, 204);
  });

  app.route("/webhooks", makeFollowUpRoutes(parts));
  return app;
}

/** Messages through an interaction's token. */
function makeFollowUpRoutes({ secrets, outbox, interactions }: RestParts): Hono {
  const app = new Hono();
  const find = (application: string, token: string) =>
    application === secrets.applicationId ? interactions.find(token) : undefined;

  app.post("/:application/:token", async (context) => {
    const { application, token } = context.req.param();
    const interaction = await find(application, token);
    if (!interaction) return unknownInteraction(context);
    const body = await readMessage(context);
    if (body instanceof Response) return body;
    return context.json(outbox.show(interactions.followUp(interaction, body)));
  });
  app.get("/:application/:token/messages/:id", async (context) => {
    const { application, token, id } = context.req.param();
    const interaction = await find(application, token);
    if (!interaction) return unknownInteraction(context);
    const message = outbox.show(interactions.resolveId(interaction, id));
    return message ? context.json(message) : unknownMessage(context);
  });
  app.patch("/:application/:token/messages/:id", async (context) => {
    const { application, token, id } = context.req.param();
    const interaction = await find(application, token);
    if (!interaction) return unknownInteraction(context);
    const body = await readMessage(context);
    if (body instanceof Response) return body;
    if (!interactions.edit(interaction, id, body)) return unknownMessage(context);
    return context.json(outbox.show(interactions.resolveId(interaction, id)));
  });
  app.delete("/:application/:token/messages/:id", async (context) => {
    const { application, token, id } = context.req.param();
    const interaction = await find(application, token);
    if (!interaction) return unknownInteraction(context);
    const isRemoved = outbox.remove(interactions.resolveId(interaction, id));
    return isRemoved ? context.body(null, 204) : unknownMessage(context);
  });
  return app;
}

/** Five messages in five seconds for each channel; an enforced nonce gives the earlier message back. */
function makeChannelHandler({ clock, outbox, eventOf }: RestParts) {
  const perChannel = makeFixedWindow(5, 5000);
  const byNonce = new Map<string, { id: string; at: number }>();
  return async (context: Context<object, "/channels/:channel/messages">) => {
    const channelId = context.req.param("channel");
    const now = clock.now();
    const allowance = perChannel.take(channelId, now);
    const waitMs = allowance.resetAt - now;
    context.header("X-RateLimit-Limit", String(allowance.limit));
    context.header("X-RateLimit-Remaining", String(allowance.remaining));
    context.header("X-RateLimit-Reset", (allowance.resetAt / 1000).toFixed(3));
    context.header("X-RateLimit-Reset-After", (waitMs / 1000).toFixed(3));
    context.header("X-RateLimit-Bucket", `messages-${channelId}`);
    if (!allowance.isAllowed) return tooMany(context, waitMs, false);
    const body = await readMessage(context);
    if (body instanceof Response) return body;
    const nonceKey =
      body.enforce_nonce && body.nonce !== undefined ? `${channelId}/${body.nonce}` : undefined;
    const earlier = nonceKey === undefined ? undefined : byNonce.get(nonceKey);
    if (earlier && now - earlier.at < nonceLifetimeMs) return context.json(outbox.show(earlier.id));
    const inReplyTo = body.message_reference && eventOf(body.message_reference.message_id);
    const id = outbox.say({ channelId, body, inReplyTo });
    if (nonceKey !== undefined) remember(byNonce, nonceKey, { id, at: now });
    return context.json({ ...outbox.show(id), nonce: body.nonce });
  };
}

async function readMessage(context: Context): Promise<MessageBody | Response> {
  const body = messageBody.safeParse(parseJson(await context.req.text()));
  if (!body.success) return invalidForm(context);
  const problem = contentProblem(body.data);
  return problem ? context.json(problem, 400) : body.data;
}

function tooMany(context: Context, waitMs: number, isGlobal: boolean) {
  context.header("Retry-After", String(Math.ceil(waitMs / 1000)));
  context.header("X-RateLimit-Scope", isGlobal ? "global" : "user");
  if (isGlobal) context.header("X-RateLimit-Global", "true");
  const message = "You are being rate limited.";
  return context.json({ message, retry_after: waitMs / 1000, global: isGlobal }, 429);
}

function invalidForm(context: Context) {
  return context.json({ message: "Invalid Form Body", code: 50_035 }, 400);
}

function unknownInteraction(context: Context) {
  return context.json({ message: "Unknown interaction", code: 10_062 }, 404);
}

function unknownMessage(context: Context) {
  return context.json({ message: "Unknown Message", code: 10_008 }, 404);
}
