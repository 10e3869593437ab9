import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SubscriptionRequest } from "#contracts/platform-subscription";
import { conduits, shardPage } from "#platforms/twitch/eventsub/wire";
import {
  callHelix,
  type HelixContext,
  type HelixRequest,
  refuseStatus,
} from "#platforms/twitch/helix/call-helix";

const path = "/eventsub/conduits";
/** As many shards go into one request (Helix, Update Conduit Shards). */
const shardsAtOnce = 100;

interface KnownConduit {
  id: string;
  shardCount: number;
  shards: { id: string; status: string; callback: string | undefined }[];
}

/**
 * The conduit whose shards lead to us, made if there is none, each shard with a working transport: a shard that Twitch
 * disabled gets its address again (EventSub, "Conduits").
 */
export async function requireConduit(
  { callback, secret, conduit }: SubscriptionRequest,
  context: HelixContext,
): Promise<Outcome<string>> {
  const wantedShards = conduit?.shards ?? 1;
  const known = await findConduit(callback, context);
  if (!known.ok) return known;
  const ours = known.value ?? (await createConduit(wantedShards, context));
  if ("ok" in ours) return ours;
  if (ours.shardCount !== wantedShards) {
    const resized = await ask(
      { method: "PATCH", path, body: { id: ours.id, shard_count: wantedShards } },
      context,
    );
    if (!resized.ok) return resized;
  }
  const working = new Set(ours.shards.filter(({ status }) => isWorking(status)).map(({ id }) => id));
  const missing = Array.from({ length: wantedShards }, (_, number) => String(number)).filter(
    (id) => !working.has(id),
  );
  for (let at = 0; at < missing.length; at += shardsAtOnce) {
    const transport = { method: "webhook", callback, secret };
    const shards = missing.slice(at, at + shardsAtOnce).map((id) => ({ id, transport }));
    const body = { conduit_id: ours.id, shards };
    const assigned = await ask({ method: "PATCH", path: `${path}/shards`, body }, context);
    if (!assigned.ok) return assigned;
  }
  return succeed(ours.id);
}

/** A conduit without any shard was made by a run that ended there. */
async function findConduit(
  callback: string,
  context: HelixContext,
): Promise<Outcome<KnownConduit | undefined>> {
  const answer = await ask({ method: "GET", path }, context);
  if (!answer.ok) return answer;
  const seen = conduits.safeParse(answer.value).data?.data ?? [];
  for (const { id, shard_count: shardCount } of seen) {
    const shards = await readShards(id, context);
    if (!shards.ok) return shards;
    const isOurs = shards.value.every((shard) => shard.callback === callback);
    if (isOurs) return succeed({ id, shardCount, shards: shards.value });
  }
  return succeed(undefined);
}

async function readShards(
  conduitId: string,
  context: HelixContext,
): Promise<Outcome<KnownConduit["shards"]>> {
  const shards: KnownConduit["shards"] = [];
  let after: string | undefined;
  do {
    const query = { conduit_id: conduitId, after };
    const answer = await ask({ method: "GET", path: `${path}/shards`, query }, context);
    if (!answer.ok) return answer;
    const page = shardPage.safeParse(answer.value).data;
    if (!page) return refuse("unavailable", { message: "Twitch's shards could not be read." });
    for (const { id, status, transport } of page.data)
      shards.push({ id, status, callback: transport.callback });
    after = page.pagination.cursor;
  } while (after);
  return succeed(shards);
}

async function createConduit(shardCount: number, context: HelixContext) {
  const answer = await ask({ method: "POST", path, body: { shard_count: shardCount } }, context);
  if (!answer.ok) return answer;
  const made = conduits.safeParse(answer.value).data?.data[0];
  if (!made) return refuse("unavailable", { message: "Twitch made a conduit and did not name it." });
  return { id: made.id, shardCount: made.shard_count, shards: [] };
}

function isWorking(status: string): boolean {
  return status === "enabled" || status === "webhook_callback_verification_pending";
}

async function ask(request: HelixRequest, context: HelixContext): Promise<Outcome<unknown>> {
  const answer = await callHelix({ priority: "timer", ...request }, context);
  if ("ok" in answer) return answer;
  const isDone = answer.status >= 200 && answer.status < 300;
  return isDone ? succeed(answer.body) : refuseStatus(answer, context.now);
}
