import { type Context, Hono } from "hono";
import * as z from "zod";
import { parseJson } from "#simulators/parse-json";

const chatBody = z.object({
  broadcaster_user_id: z.int().positive().optional(),
  content: z.string().min(1).max(500),
  type: z.enum(["user", "bot"]),
  reply_to_message_id: z.string().optional(),
});
export type ChatBody = z.infer<typeof chatBody>;
const banBody = z.object({
  broadcaster_user_id: z.int().positive(),
  user_id: z.int().positive(),
  duration: z.int().min(1).max(10_080).optional(),
  reason: z.string().max(100).optional(),
});
const channelBody = z
  .object({ stream_title: z.string().min(1), category_id: z.int().positive() })
  .partial()
  .refine((body) => Object.keys(body).length > 0);

const subscriptionBody = z.object({
  broadcaster_user_id: z.int().positive(),
  events: z.array(z.object({ name: z.string(), version: z.int() })).min(1),
  method: z.literal("webhook"),
});

/** What was done through the API, beyond talking. */
export interface KickDeed {
  what: "ban" | "unban" | "delete" | "channel" | "subscribe";
  /** Whose token did it. */
  by: string;
  facts: Record<string, unknown>;
}

export interface ApiParts {
  /** Whose token it is and what it may; undefined for one that does not live. */
  check(token: string): { account: string; scopes: readonly string[] } | undefined;
  nameOf(account: string): string;
  /** Shows the message; its id, or undefined when chat drops it. */
  say(body: ChatBody, account: string): string | undefined;
  note(deed: KickDeed): void;
}

/** The part of api.kick.com/public/v1 that a bot uses. */
export function makeApiRoutes({ check, nameOf, say, note }: ApiParts): Hono {
  const app = new Hono();
  const answer = (context: Context, status: 200 | 400 | 401 | 403, data: unknown = {}) =>
    context.json({ data, message: status === 200 ? "OK" : "Invalid request" }, status);
  const asked = (context: Context, scope: string) => {
    const token = context.req.header("authorization")?.replace(/^Bearer /, "") ?? "";
    const found = check(token);
    if (!found) return { refusal: answer(context, 401) };
    // An application's own token is nobody's and may subscribe.
    const isApp = found.account === "" && scope === "events:subscribe";
    return isApp || found.scopes.includes(scope)
      ? { account: found.account }
      : { refusal: answer(context, 403) };
  };

  app.get("/users", (context) => {
    const { account, refusal } = asked(context, "user:read");
    if (refusal) return refusal;
    return answer(context, 200, [
      { user_id: Number(account), name: nameOf(account), email: "", profile_picture: "" },
    ]);
  });
  app.post("/chat", async (context) => {
    const { account, refusal } = asked(context, "chat:write");
    if (refusal) return refusal;
    const body = chatBody.safeParse(parseJson(await context.req.text()));
    if (!body.success) return answer(context, 400);
    const messageId = say(body.data, account);
    return answer(context, 200, { is_sent: messageId !== undefined, message_id: messageId ?? "" });
  });
  app.delete("/chat/:id", (context) => {
    const { account, refusal } = asked(context, "moderation:chat_message:manage");
    if (refusal) return refusal;
    note({ what: "delete", by: account, facts: { messageId: context.req.param("id") } });
    return context.body(null, 204);
  });
  app.on(["POST", "DELETE"], "/moderation/bans", async (context) => {
    const { account, refusal } = asked(context, "moderation:ban");
    if (refusal) return refusal;
    const body = banBody.safeParse(parseJson(await context.req.text()));
    if (!body.success) return answer(context, 400);
    note({ what: context.req.method === "POST" ? "ban" : "unban", by: account, facts: body.data });
    return answer(context, 200);
  });
  app.post("/events/subscriptions", async (context) => {
    const { account, refusal } = asked(context, "events:subscribe");
    if (refusal) return refusal;
    const body = subscriptionBody.safeParse(parseJson(await context.req.text()));
    if (!body.success) return answer(context, 400);
    const names = body.data.events.map(({ name }) => name);
    note({ what: "subscribe", by: account ?? "", facts: { channel: body.data.broadcaster_user_id, names } });
    return answer(
      context,
      200,
      names.map((name) => ({ name, version: 1, subscription_id: `sub-${name}`, error: "" })),
    );
  });
  app.patch("/channels", async (context) => {
    const { account, refusal } = asked(context, "channel:write");
    if (refusal) return refusal;
    const body = channelBody.safeParse(parseJson(await context.req.text()));
    if (!body.success) return answer(context, 400);
    note({ what: "channel", by: account, facts: body.data });
    return context.body(null, 204);
  });
  return app;
}
