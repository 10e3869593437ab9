import { type Context, Hono } from "hono";
import * as z from "zod";
import { demoIds } from "#simulators/demo";
import type { DiscordOutbox } from "#simulators/discord/outbox";
import { contentProblem, messageBody } from "#simulators/discord/wire";
import { parseJson } from "#simulators/parse-json";
import { viewers } from "#simulators/viewers";

/** One thing a bot did to people or messages. */
export interface Deed {
  /** `PUT guilds/:guild/bans/:user` with its parameters filled in. */
  call: string;
  body: unknown;
  /** As the audit log shows it. */
  reason: string | null;
}

const memberChange = z.strictObject({
  communication_disabled_until: z.iso.datetime().nullable(),
  allowed_mentions: z.unknown(),
});
const banBody = z.strictObject({
  delete_message_seconds: z.int().min(0).max(604_800).optional(),
  allowed_mentions: z.unknown(),
});
const webhookBody = z.strictObject({ name: z.string().min(1).max(80), allowed_mentions: z.unknown() });

export interface GuildParts {
  outbox: DiscordOutbox;
  makeId(): string;
  now(): number;
}

/** What moderators do, on the demo guild and its people; everything else is unknown (404). */
export function makeGuildRoutes({ outbox, makeId, now }: GuildParts): { routes: Hono; deeds: Deed[] } {
  const deeds: Deed[] = [];
  const routes = new Hono();
  const keep = (context: Context, body: unknown = null) => {
    const header = context.req.header("x-audit-log-reason");
    const call = `${context.req.method} ${new URL(context.req.url).pathname.replace(/^.*?\/v10\//, "")}`;
    deeds.push({ call, body, reason: header === undefined ? null : decodeURIComponent(header) });
  };
  const unknown = (context: Context, what: string) => context.json({ message: `Unknown ${what}` }, 404);
  const isMember = (id: string) => viewers.some(({ discordId }) => discordId === id);
  const bodyOf = async <T>(context: Context, shape: z.ZodType<T>) =>
    shape.safeParse(parseJson(await context.req.text()));

  routes.use("/guilds/:guild/*", async (context, next) => {
    if (context.req.param("guild") !== demoIds.discordGuildId) return unknown(context, "Guild");
    await next();
  });
  routes.on(["PUT", "DELETE"], "/guilds/:guild/members/:user/roles/:role", (context) => {
    if (!isMember(context.req.param("user"))) return unknown(context, "Member");
    keep(context);
    return context.body(null, 204);
  });
  routes.patch("/guilds/:guild/members/:user", async (context) => {
    if (!isMember(context.req.param("user"))) return unknown(context, "Member");
    const body = await bodyOf(context, memberChange);
    const until = body.data?.communication_disabled_until;
    const isTooLong = Boolean(until && Date.parse(until) > now() + 28 * 86_400_000);
    if (!body.success || isTooLong) return context.json({ message: "Invalid Form Body", code: 50_035 }, 400);
    keep(context, body.data);
    return context.json({ user: { id: context.req.param("user") } });
  });
  routes.delete("/guilds/:guild/members/:user", (context) => {
    if (!isMember(context.req.param("user"))) return unknown(context, "Member");
    keep(context);
    return context.body(null, 204);
  });
  routes.put("/guilds/:guild/bans/:user", async (context) => {
    const body = await bodyOf(context, banBody);
    if (!body.success) return context.json({ message: "Invalid Form Body", code: 50_035 }, 400);
    keep(context, body.data);
    return context.body(null, 204);
  });
  routes.delete("/guilds/:guild/bans/:user", (context) => {
    keep(context);
    return context.body(null, 204);
  });
  routes.patch("/channels/:channel/messages/:message", async (context) => {
    const body = await bodyOf(context, messageBody);
    if (!body.success || contentProblem(body.data))
      return context.json({ message: "Invalid Form Body" }, 400);
    const id = context.req.param("message");
    if (!outbox.edit(id, body.data)) return unknown(context, "Message");
    keep(context, body.data);
    return context.json(outbox.show(id));
  });
  routes.delete("/channels/:channel/messages/:message", (context) => {
    outbox.remove(context.req.param("message"));
    keep(context);
    return context.body(null, 204);
  });
  routes.put("/channels/:channel/messages/:message/reactions/:emoji/@me", (context) => {
    keep(context);
    return context.body(null, 204);
  });
  routes.post("/channels/:channel/webhooks", async (context) => {
    const body = await bodyOf(context, webhookBody);
    if (!body.success) return context.json({ message: "Invalid Form Body", code: 50_035 }, 400);
    keep(context, body.data);
    return context.json({ id: makeId(), type: 1, name: body.data.name, token: "kept by Discord" });
  });
  return { routes, deeds };
}
