import { succeed } from "#contracts/outcome";
import { productVersion } from "#contracts/version";
import { type Database, openDatabase } from "#db/client";
import { channelStub } from "#durable-objects/stubs";
import { answerBytes, attemptMs } from "#durable-objects/webhook-target/attempt";
import { outgoingKey } from "#durable-objects/webhook-target/signing";
import { disableWebhook, loadWebhook } from "#durable-objects/webhook-target/webhook-rows";
import type { WebhookTargetDeps } from "#durable-objects/webhook-target/webhook-target";
import { makeLog } from "#lib/log";

/** An address's whole outside. Only this and the shell read `env`. */
export function makeWebhookTargetDeps(env: EdgeEnv): WebhookTargetDeps {
  let database: Database | undefined;
  const db = () => {
    database ??= openDatabase(env);
    return database;
  };
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    log: makeLog({ module: "webhook-target", version: productVersion }),
    load: (webhookId) => loadWebhook(db(), webhookId),
    post: async ({ url, headers, body }) => {
      const request = { url, headers, body, method: "POST" as const, timeoutMs: attemptMs };
      // A redirect stays unfollowed: nobody else may get a signed call.
      const outcome = await env.FETCHER.fetchUrl({ ...request, maxBytes: answerBytes, maxRedirects: 0 });
      if (!outcome.ok) return outcome;
      const { status, headers: answered, body: bytes } = outcome.value;
      return succeed({ status, headers: answered, body: new TextDecoder().decode(bytes) });
    },
    keyOf: (webhookId, keyNumber) => outgoingKey(env.WEBHOOK_SIGNING_KEY, webhookId, keyNumber),
    disable: async (webhookId, because) => {
      const told = await disableWebhook(db(), webhookId, because);
      if (!told) return;
      // One that misses this looks again within 300 s.
      await Promise.allSettled(
        told.entityIds.map((entityId) => channelStub(env.CHANNEL, entityId).bumpConfig(told.version)),
      );
    },
  };
}
