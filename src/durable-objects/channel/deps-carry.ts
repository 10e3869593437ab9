import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { OverlayService } from "#contracts/overlay";
import type { SentMessage } from "#contracts/sender";
import type { Database } from "#db/client";
import { say } from "#durable-objects/channel/deps-say";
import type { Outgoing } from "#durable-objects/channel/outbox";
import { switchOffRule, writeRegistry } from "#durable-objects/channel/write-registry";
import { isolateMeter } from "#durable-objects/metrics/meter-post";
import { channelStub } from "#durable-objects/stubs";

const postTimeMs = 5000;
const nothingSaid = succeed<SentMessage>({ platformMessageIds: [] });

/** Takes one outbox row to where it goes. Never throws. */
export async function carry(
  env: EdgeEnv,
  db: () => Database,
  body: Outgoing,
  siblings: readonly string[],
): Promise<Outcome<SentMessage>> {
  try {
    switch (body.kind) {
      case "chat":
        return countReply(body, await say(env, body.message));
      case "overlay":
        return await show(env, body);
      case "post":
        return await post(env, body);
      case "webhook":
        return await queueForWebhooks(env, body);
      case "registry":
        return await tell(env, siblings, await writeRegistry(db(), body));
      case "rule":
        return await tell(env, siblings, await switchOffRule(db(), body));
    }
  } catch (error) {
    // The call broke on the way: whether it took effect is not known.
    return refuse("unknown", { message: error instanceof Error ? error.message : String(error) });
  }
}

/** How long the person waited, once the platform has it. */
function countReply(
  { message, heardAt }: Extract<Outgoing, { kind: "chat" }>,
  outcome: Outcome<SentMessage>,
): Outcome<SentMessage> {
  const { platform } = message.target;
  if (outcome.ok && heardAt !== undefined)
    isolateMeter.observe("waddlebot_reply_duration_seconds", { platform }, Date.now() - heardAt);
  return outcome;
}

async function show(
  env: EdgeEnv,
  body: Extract<Outgoing, { kind: "overlay" }>,
): Promise<Outcome<SentMessage>> {
  const overlay: OverlayService = env.OVERLAY.get(env.OVERLAY.idFromName(String(body.communityId)));
  await overlay.show(body.key, body.response);
  return nothingSaid;
}

/** A rule's webhook goes through the Worker that fetches what users name; only a 2xx counts as delivered. */
async function post(
  env: EdgeEnv,
  { url, headers, body }: Extract<Outgoing, { kind: "post" }>,
): Promise<Outcome<SentMessage>> {
  const answer = await env.FETCHER.fetchUrl({
    url,
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
    timeoutMs: postTimeMs,
    maxBytes: 4096,
  });
  if (!answer.ok) return answer;
  const { status } = answer.value;
  if (status >= 200 && status < 300) return nothingSaid;
  const message = `the webhook answered ${status}`;
  return status === 429 || status >= 500
    ? refuse("unavailable", { message })
    : refuse("bad_request", { message });
}

/** The community's other channels look at the registry again. One that misses this does so within 300 s. */
async function tell(
  env: EdgeEnv,
  siblings: readonly string[],
  version: number,
): Promise<Outcome<SentMessage>> {
  await Promise.allSettled(
    siblings.map((entityId) => channelStub(env.CHANNEL, entityId).bumpConfig(version)),
  );
  return nothingSaid;
}

/** Into each address's own queue, which forgets what it was given before: one that fails repeats them all. */
async function queueForWebhooks(
  env: EdgeEnv,
  { webhookIds, messages }: Extract<Outgoing, { kind: "webhook" }>,
): Promise<Outcome<SentMessage>> {
  const queues = webhookIds.map((id) => {
    const target = env.WEBHOOK_TARGET.get(env.WEBHOOK_TARGET.idFromName(String(id)));
    return target.enqueue(id, messages);
  });
  await Promise.all(queues);
  return nothingSaid;
}
