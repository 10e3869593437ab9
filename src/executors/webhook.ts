import type { Executor } from "#contracts/execution-target";
import { refuse } from "#contracts/outcome";
import { productVersion } from "#contracts/version";
import { chainHeaders } from "#executors/chain-headers";
import type { HttpSend } from "#executors/http-send";
import { explainRefusal, interpretReply, maxReplyBytes } from "#executors/interpret-reply";
import { makePayload } from "#executors/payload";
import { signBody } from "#executors/sign-body";

export interface WebhookTools {
  /** The fetcher Worker's: a webhook's address is a stranger's. */
  send: HttpSend;
  now: () => number;
}

/** A signed POST to an address a community gave (80-details-a §2.7). Only status 200 is success. */
export function makeWebhookExecutor({ send, now }: WebhookTools): Executor {
  return {
    async execute(request) {
      const { target, invocation, timeoutMs } = request;
      if (target.type !== "webhook") return refuse("bad_request");
      const body = makePayload(request, now());
      const headers = {
        ...(await chainHeaders(invocation)),
        "content-type": "application/json",
        "user-agent": `WaddleBot-WebhookAdapter/${productVersion}`,
        "x-waddlebot-source": "router",
        "x-waddlebot-signature": await signBody(target.signingSecret, body),
      };
      const reply = await send({ url: target.url, headers, body, timeoutMs, maxBytes: maxReplyBytes });
      if (!reply.ok) return explainRefusal(reply, invocation.module);
      return interpretReply(reply.value, invocation.module, now());
    },
  };
}
