import { type Context, Hono } from "hono";
import { makeFixedWindow, makeTokenBucket } from "#simulators/limits";
import { parseJson } from "#simulators/parse-json";
import type { SimulatorSecrets } from "#simulators/secrets";
import { type MethodParts, makeApiMethods } from "#simulators/slack/api-methods";
import type { SlackOpenId } from "#simulators/slack/open-id";
import type { SlackTokens } from "#simulators/slack/tokens";

export interface ApiParts extends MethodParts {
  secrets: SimulatorSecrets["slack"];
  tokens: SlackTokens;
  openId: SlackOpenId;
  /** Where a socket may be opened, with a ticket that is good once. */
  openSocketUrl(): string;
  onCall(method: string, args: Record<string, unknown>): void;
}

/** Calls a minute of each method in one workspace, by its tier; the others have rules of their own. */
const perMinute: Readonly<Record<string, number>> = {
  "chat.delete": 50,
  "chat.postEphemeral": 100,
  "chat.update": 50,
  "conversations.create": 20,
  "conversations.history": 50,
  "conversations.invite": 50,
  "conversations.kick": 50,
  "conversations.setTopic": 20,
  "reactions.add": 50,
  "reactions.remove": 20,
  "usergroups.disable": 20,
  "usergroups.enable": 20,
  "usergroups.list": 20,
  "usergroups.users.update": 20,
  "users.info": 100,
  "views.open": 100,
};
/** Methods that read nothing from a JSON body. */
const formOnly = new Set([
  "conversations.history",
  "files.getUploadURLExternal",
  "usergroups.list",
  "users.info",
]);

/** The Web API answers refusals with 200 and `ok: false`; only the rate limit has a status of its own. */
export function makeApiRoutes(parts: ApiParts): Hono {
  const { clock, secrets, tokens } = parts;
  const app = new Hono();
  const methods = makeApiMethods(parts);
  const perChannel = makeTokenBucket(5, 1000);
  const windows = new Map(
    Object.entries(perMinute).map(([name, limit]) => [name, makeFixedWindow(limit, 60_000)]),
  );

  app.post("/oauth.v2.access", async (context) => {
    const form = new URLSearchParams(await context.req.text());
    return context.json(tokens.access(context.req.header("authorization"), form));
  });
  app.post("/openid.connect.token", async (context) =>
    context.json(parts.openId.exchange(new URLSearchParams(await context.req.text()))),
  );
  app.get("/openid.connect.userInfo", (context) =>
    context.json(parts.openId.userInfo(context.req.header("authorization"))),
  );
  app.post("/apps.connections.open", (context) => {
    const isApp = context.req.header("authorization") === `Bearer ${secrets.appToken}`;
    if (!isApp) return context.json({ ok: false, error: "invalid_auth" });
    return context.json({ ok: true, url: parts.openSocketUrl() });
  });
  app.post("/auth.revoke", (context) => {
    const header = context.req.header("authorization");
    const error = tokens.refusal(header);
    if (error) return context.json({ ok: false, error });
    tokens.revoke(header);
    return context.json({ ok: true, revoked: true });
  });
  app.post("/:method", async (context) => {
    const name = context.req.param("method");
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (!method) return context.json({ ok: false, error: "unknown_method" });
    const error = tokens.refusal(context.req.header("authorization"));
    if (error) return context.json({ ok: false, error });
    const args = await readArgs(context, formOnly.has(name));
    const key = name === "chat.postMessage" ? String(args["channel"]) : "";
    const isSendable = name !== "chat.postMessage" || parts.isChannel(key);
    const limiter = name === "chat.postMessage" ? perChannel : windows.get(name);
    const allowance = isSendable ? limiter?.take(key, clock.now()) : undefined;
    if (allowance && !allowance.isAllowed) {
      context.header("Retry-After", String(Math.ceil((allowance.resetAt - clock.now()) / 1000)));
      return context.json({ ok: false, error: "ratelimited" }, 429);
    }
    const answer = method(args);
    if (typeof answer === "string") return context.json({ ok: false, error: answer });
    parts.onCall(name, args);
    const who = name === "auth.test" ? { team_id: secrets.teamId } : {};
    return context.json({ ok: true, ...who, ...answer });
  });
  app.all("/:method", (context) => context.json({ ok: false, error: "unknown_method" }));
  return app;
}

async function readArgs(context: Context, wantsForm: boolean): Promise<Record<string, unknown>> {
  const isJson = context.req.header("content-type")?.startsWith("application/json");
  if (!isJson) return { ...(await context.req.parseBody()) };
  const body = wantsForm ? {} : parseJson(await context.req.text());
  return typeof body === "object" && body !== null ? { ...body } : {};
}
