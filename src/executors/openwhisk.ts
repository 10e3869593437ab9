import type { ExecutionTargetAddress, Executor } from "#contracts/execution-target";
import { refuse } from "#contracts/outcome";
import { chainHeaders } from "#executors/chain-headers";
import type { HttpSend } from "#executors/http-send";
import { explainRefusal, interpretReply, maxReplyBytes, nothingYet } from "#executors/interpret-reply";
import { makePayload } from "#executors/payload";

export interface OpenWhiskConfig {
  /** Scheme and host, without a path. */
  apiHost: string;
  /** `id:key`, as `wsk property get --auth` prints it. */
  apiKey: string;
}

export interface OpenWhiskTools {
  config: OpenWhiskConfig;
  send: HttpSend;
  now: () => number;
}

/**
 * An OpenWhisk action, by its REST API: with `blocking=true&result=true` the answer is the action's own result and 200;
 * without blocking it is 202 and an activation id. 202 to a blocking call means the action outlasted OpenWhisk's own
 * wait and still runs, so it is final like any other status: a retry would run it twice.
 */
export function makeOpenWhiskExecutor({ config, send, now }: OpenWhiskTools): Executor {
  return {
    async execute(request) {
      const { target, invocation, timeoutMs } = request;
      if (target.type !== "openwhisk") return refuse("bad_request");
      const headers = {
        ...(await chainHeaders(invocation)),
        "content-type": "application/json",
        "user-agent": "WaddleBot-Router/1.0",
        authorization: `Basic ${btoa(config.apiKey)}`,
      };
      const body = makePayload(request, now());
      const url = actionUrl(config.apiHost, target);
      const reply = await send({ url, headers, body, timeoutMs, maxBytes: maxReplyBytes });
      if (!reply.ok) return explainRefusal(reply, invocation.module);
      if (target.isAsync && reply.value.status === 202) return nothingYet();
      return interpretReply(reply.value, invocation.module, now());
    },
  };
}

function actionUrl(
  apiHost: string,
  { namespace, action, isAsync }: Extract<ExecutionTargetAddress, { type: "openwhisk" }>,
): string {
  const path = action.split("/").map(encodeURIComponent).join("/");
  const url = new URL(`/api/v1/namespaces/${encodeURIComponent(namespace)}/actions/${path}`, apiHost);
  url.searchParams.set("blocking", String(!isAsync));
  url.searchParams.set("result", "true");
  return url.href;
}
