import { AwsV4Signer } from "aws4fetch";
import type { ExecutionTargetAddress, Executor } from "#contracts/execution-target";
import { refuse } from "#contracts/outcome";
import { chainHeaders } from "#executors/chain-headers";
import type { HttpPost, HttpSend } from "#executors/http-send";
import { explainRefusal, interpretReply, maxReplyBytes, nothingYet } from "#executors/interpret-reply";
import { makePayload } from "#executors/payload";

export interface LambdaConfig {
  accessKeyId: string;
  secretAccessKey: string;
  /** Only with temporary keys. */
  sessionToken?: string | undefined;
  /** Put before every function's name, so that a community's row reaches no other function of the account. */
  functionPrefix: string;
  /** Another address than AWS's own, for a compatible service; empty for AWS. */
  endpoint?: string | undefined;
}

export interface LambdaTools {
  config: LambdaConfig;
  send: HttpSend;
  now: () => number;
}

type LambdaAddress = Extract<ExecutionTargetAddress, { type: "lambda" }>;

/**
 * AWS Lambda's Invoke, signed with SigV4 (docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). A function that throws
 * answers 200 with `X-Amz-Function-Error`; an asynchronous call answers 202 before the function runs.
 */
export function makeLambdaExecutor({ config, send, now }: LambdaTools): Executor {
  return {
    async execute(request) {
      const { target, invocation, timeoutMs } = request;
      if (target.type !== "lambda") return refuse("bad_request");
      const signed = await sign(config, target, makePayload(request, now()), now());
      // Not signed: AWS verifies what it is told is signed, and hands the rest to whoever traces in front of the function.
      const headers = { ...(await chainHeaders(invocation)), ...signed.headers };
      const reply = await send({ ...signed, headers, timeoutMs, maxBytes: maxReplyBytes });
      if (!reply.ok) return explainRefusal(reply, invocation.module);
      if (target.isAsync && reply.value.status === 202) return nothingYet();
      const hasThrown = reply.value.headers["x-amz-function-error"] !== undefined;
      return interpretReply(
        hasThrown ? { ...reply.value, status: 500 } : reply.value,
        invocation.module,
        now(),
      );
    },
  };
}

async function sign(
  { accessKeyId, secretAccessKey, sessionToken, functionPrefix, endpoint }: LambdaConfig,
  { region, functionName, isAsync }: LambdaAddress,
  body: string,
  now: number,
): Promise<Pick<HttpPost, "url" | "headers" | "body">> {
  const base = endpoint || `https://lambda.${region}.amazonaws.com`;
  const signer = new AwsV4Signer({
    method: "POST",
    url: `${base}/2015-03-31/functions/${functionPrefix}${functionName}/invocations`,
    headers: {
      "content-type": "application/json",
      "user-agent": "WaddleBot-Router/1.0",
      "x-amz-invocation-type": isAsync ? "Event" : "RequestResponse",
    },
    body,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken ? { sessionToken } : {}),
    service: "lambda",
    region,
    datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ""),
  });
  const { url, headers } = await signer.sign();
  return { url: url.href, headers: Object.fromEntries(headers), body };
}
