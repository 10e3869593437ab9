import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Clock } from "#simulators/clock";
import { type Limiter, makeFixedWindow } from "#simulators/limits";
import { parseJson } from "#simulators/parse-json";
import type { ActionAnswer, ActionEndpoint } from "#simulators/twitch/action-endpoint";
import type { ActionState } from "#simulators/twitch/actions-state";
import { channelEndpoints } from "#simulators/twitch/channel-endpoints";
import { type Environment, refuse } from "#simulators/twitch/helix-context";
import { peopleEndpoints } from "#simulators/twitch/people-endpoints";

export interface ActionParts {
  clock: Clock;
  state: ActionState;
  /** Whether that account moderates there; a broadcaster does at home. */
  isModerator(broadcasterId: string, userId: string): boolean;
}

interface Checked {
  query: Record<string, string>;
  body: unknown;
}

/** Every endpoint that does something, each with the scope, identity, shape and limit that Helix asks of it. */
export function makeActionRoutes(parts: ActionParts): Hono<Environment> {
  const app = new Hono<Environment>();
  for (const endpoint of [...peopleEndpoints, ...channelEndpoints]) {
    const limiter = endpoint.limit && makeFixedWindow(endpoint.limit.calls, endpoint.limit.windowMs);
    app.on(endpoint.method, endpoint.path, (context) => serve(context, endpoint, { ...parts, limiter }));
  }
  return app;
}

async function serve(
  context: Context<Environment>,
  endpoint: ActionEndpoint,
  parts: ActionParts & { limiter: Limiter | undefined },
) {
  const { userId, scopes } = context.get("token");
  if (userId === undefined) return refuse(context, 401, "This endpoint needs a user access token.");
  if (!scopes.includes(endpoint.scope)) return refuse(context, 401, `Missing scope: ${endpoint.scope}`);
  const checked = await check(context, endpoint);
  if ("message" in checked) return refuse(context, 400, checked.message);
  const wrong = wrongActor(endpoint, checked, userId, parts);
  if (wrong) return refuse(context, wrong.status, wrong.message);
  const key = checked.query["broadcaster_id"] ?? checked.query["from_broadcaster_id"] ?? userId;
  if (parts.limiter && !parts.limiter.take(key, parts.clock.now()).isAllowed)
    return refuse(context, 429, "This endpoint was called too often.");
  const answer = endpoint.run({ state: parts.state, ...checked });
  if (!("message" in answer))
    parts.state.done.push({ method: endpoint.method, path: endpoint.path, userId, ...checked });
  return respond(context, answer);
}

/** Asks for every parameter by name, takes no other, and reads the body as it must be. */
async function check(
  context: Context,
  { query: required = [], optional = [], body: schema, actor }: ActionEndpoint,
): Promise<Checked | { message: string }> {
  const query = context.req.query();
  const missing = required.find((name) => !/^\d+$/.test(query[name] ?? ""));
  if (missing !== undefined) return { message: `Missing required parameter "${missing}"` };
  const strange = Object.keys(query).find((name) => ![...required, ...optional].includes(name));
  if (strange !== undefined) return { message: `Unknown parameter "${strange}"` };
  const body = parseJson(await context.req.text());
  if (!schema) return { query, body: undefined };
  const seen = schema.safeParse(body);
  if (!seen.success) {
    const [issue] = seen.error.issues;
    return { message: `The parameter "${issue?.path.join(".") || actor.name}" is missing or malformed.` };
  }
  return { query, body };
}

function wrongActor(
  { actor, asModerator }: ActionEndpoint,
  { query, body }: Checked,
  userId: string,
  { isModerator }: ActionParts,
): { status: 401 | 403; message: string } | undefined {
  const named = actor.in === "query" ? query[actor.name] : fieldOf(body, actor.name);
  if (actor.name !== "" && named !== userId)
    return {
      status: 401,
      message: `The ID in ${actor.name} must match the user ID found in the request's OAuth token.`,
    };
  const broadcaster = query["broadcaster_id"] ?? query["from_broadcaster_id"] ?? "";
  if (asModerator && !isModerator(broadcaster, userId))
    return { status: 403, message: `The user in ${actor.name} is not one of the broadcaster's moderators.` };
  return undefined;
}

const fields = z.record(z.string(), z.unknown());

function fieldOf(body: unknown, name: string): unknown {
  return fields.safeParse(body).data?.[name];
}

function respond(context: Context<Environment>, answer: ActionAnswer) {
  if ("message" in answer) return refuse(context, answer.status, answer.message);
  if (answer.status === 204) return context.body(null, 204);
  return context.json({ data: answer.data }, answer.status);
}
