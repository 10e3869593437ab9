import { type Context, Hono } from "hono";
import * as z from "zod";
import { type Conduit, type Conduits, maxShards, type Shard } from "#simulators/twitch/conduits";
import { type Environment, readBody, refuse } from "#simulators/twitch/helix-context";
import { webhookTransport } from "#simulators/twitch/helix-subscriptions";

const shardCount = z.object({ shard_count: z.int().min(1).max(maxShards) });
const resize = shardCount.extend({ id: z.string().min(1) });
const shardsBody = z.object({
  conduit_id: z.string().min(1),
  shards: z
    .array(z.object({ id: z.string().regex(/^\d+$/), transport: webhookTransport }))
    .min(1)
    .max(1000),
});

export interface ConduitParts {
  conduits: Conduits;
  /** Sends the shard's challenge; nobody waits for it. */
  verify(conduit: Conduit, shard: Shard): void;
}

/** Conduits and their shards, webhooks only; app tokens only. */
export function makeConduitRoutes({ conduits, verify }: ConduitParts): Hono<Environment> {
  const app = new Hono<Environment>();
  app.use("*", async function appOnly(context, next) {
    if (context.get("token").kind === "app") return next();
    return refuse(context, 401, "Conduits need an app access token.");
  });
  app.get("/", (context) => context.json({ data: conduits.list().map(asWire) }));
  app.post("/", async (context) => {
    const body = await readBody(context, shardCount);
    if (!body.ok) return refuse(context, 400, body.message);
    const conduit = conduits.create(body.data.shard_count);
    return conduit
      ? context.json({ data: [asWire(conduit)] })
      : refuse(context, 429, "Conduit limit reached.");
  });
  app.patch("/", async (context) => {
    const body = await readBody(context, resize);
    if (!body.ok) return refuse(context, 400, body.message);
    const conduit = conduits.get(body.data.id);
    if (!conduit) return refuse(context, 404, "Conduit not found.");
    conduit.shardCount = body.data.shard_count;
    return context.json({ data: [asWire(conduit)] });
  });
  app.delete("/", (context) => {
    const isRemoved = conduits.remove(context.req.query("id") ?? "");
    return isRemoved ? context.body(null, 204) : refuse(context, 404, "Conduit not found.");
  });
  app.get("/shards", (context) => {
    const conduit = conduits.get(context.req.query("conduit_id") ?? "");
    if (!conduit) return refuse(context, 404, "Conduit not found.");
    return context.json({ data: [...conduit.shards.values()].map(shardAsWire), pagination: {} });
  });
  app.patch("/shards", (context) => assign(context, { conduits, verify }));
  return app;
}

async function assign(context: Context<Environment>, { conduits, verify }: ConduitParts) {
  const body = await readBody(context, shardsBody);
  if (!body.ok) return refuse(context, 400, body.message);
  const conduit = conduits.get(body.data.conduit_id);
  if (!conduit) return refuse(context, 404, "Conduit not found.");
  const isThere = ({ id }: { id: string }) => Number(id) < conduit.shardCount;
  const taken = body.data.shards.filter(isThere).map(({ id, transport }): Shard => {
    const { callback, secret } = transport;
    return { id, status: "webhook_callback_verification_pending", callback, secret };
  });
  for (const shard of taken) {
    conduit.shards.set(shard.id, shard);
    verify(conduit, shard);
  }
  const errors = body.data.shards
    .filter((shard) => !isThere(shard))
    .map(({ id }) => ({
      id,
      message: "The shard id is outside of the conduit's range.",
      code: "invalid_parameter",
    }));
  return context.json({ data: taken.map(shardAsWire), errors }, 202);
}

function asWire({ id, shardCount }: Conduit) {
  return { id, shard_count: shardCount };
}

function shardAsWire({ id, status, callback }: Shard) {
  return { id, status, transport: { method: "webhook", callback } };
}
