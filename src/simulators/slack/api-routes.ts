import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Clock } from "#simulators/clock";
import { makeTokenBucket } from "#simulators/limits";
import { parseJson } from "#simulators/parse-json";
import type { SimulatorSecrets } from "#simulators/secrets";

const postMessageBody = z.object({
  channel: z.string().optional(),
  text: z.string().optional(),
  thread_ts: z.string().optional(),
});
export type PostMessage = { channel: string; text: string; thread_ts?: string | undefined };

/** Longest text `chat.postMessage` takes, in characters. */
const maxTextLength = 40_000;

export interface ApiParts {
  clock: Clock;
  secrets: SimulatorSecrets["slack"];
  isChannel(id: string): boolean;
  /** Shows the message and returns its `ts`. */
  post(message: PostMessage): string;
}

/** The Web API answers refusals with 200 and `ok: false`; only the rate limit has a status of its own. */
export function makeApiRoutes({ clock, secrets, isChannel, post }: ApiParts): Hono {
  const app = new Hono();
  const perChannel = makeTokenBucket(5, 1000);
  const refusal = (context: Context): string | undefined => {
    const header = context.req.header("authorization");
    if (!header) return "not_authed";
    return header === `Bearer ${secrets.botToken}` ? undefined : "invalid_auth";
  };

  app.post("/auth.test", (context) => {
    const error = refusal(context);
    if (error) return context.json({ ok: false, error });
    const { teamId, botUserId } = secrets;
    return context.json({
      ok: true,
      team_id: teamId,
      user_id: botUserId,
      user: "waddlebot",
      team: "Waddle demo",
    });
  });

  app.post("/chat.postMessage", async (context) => {
    const error = refusal(context);
    if (error) return context.json({ ok: false, error });
    const body = postMessageBody.safeParse(await readBody(context));
    const { channel = "", text, thread_ts } = body.success ? body.data : {};
    if (!isChannel(channel)) return context.json({ ok: false, error: "channel_not_found" });
    if (!text) return context.json({ ok: false, error: "no_text" });
    if ([...text].length > maxTextLength) return context.json({ ok: false, error: "msg_too_long" });
    const allowance = perChannel.take(channel, clock.now());
    if (!allowance.isAllowed) {
      context.header("Retry-After", String(Math.ceil((allowance.resetAt - clock.now()) / 1000)));
      return context.json({ ok: false, error: "ratelimited" }, 429);
    }
    const ts = post({ channel, text, thread_ts });
    const message = { type: "message", user: secrets.botUserId, bot_id: "B0WADDLE01", text, ts };
    return context.json({ ok: true, channel, ts, message });
  });

  app.all("/:method", (context) => context.json({ ok: false, error: "unknown_method" }));
  return app;
}

async function readBody(context: Context): Promise<unknown> {
  const isJson = context.req.header("content-type")?.startsWith("application/json");
  return isJson ? parseJson(await context.req.text()) : context.req.parseBody();
}
