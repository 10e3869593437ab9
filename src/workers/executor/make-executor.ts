import * as z from "zod";
import type { Executor, ExecutorType } from "#contracts/execution-target";
import { refuse } from "#contracts/outcome";
import { makeHttpSend } from "#executors/http-send";
import { makeLambdaExecutor } from "#executors/lambda";
import { makeOpenWhiskExecutor } from "#executors/openwhisk";
import { makeWebhookExecutor } from "#executors/webhook";
import { sendThroughFetcher } from "#workers/executor/send-through-fetcher";

const awsKeys = z.object({
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().optional(),
});

const openWhiskAccess = z.object({
  OPENWHISK_API_HOST: z.url({ protocol: /^https?$/ }),
  OPENWHISK_API_KEY: z.string().regex(/^[\x21-\x7e]+:[\x21-\x7e]+$/),
});

const send = makeHttpSend((input, init) => fetch(input, init));
const now = () => Date.now();

/** The way to one kind of target. Fails closed: a cloud whose keys are missing gets no call at all. */
export function makeExecutor(env: ExecutorEnv, type: ExecutorType): Executor {
  switch (type) {
    case "webhook":
      return makeWebhookExecutor({ send: sendThroughFetcher(env.FETCHER), now });
    case "lambda":
      return makeLambda(env);
    case "openwhisk":
      return makeOpenWhisk(env);
  }
}

function makeLambda(env: ExecutorEnv): Executor {
  const keys = awsKeys.safeParse(env).data;
  if (!keys) return notSetUp("AWS Lambda");
  const config = {
    accessKeyId: keys.AWS_ACCESS_KEY_ID,
    secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
    sessionToken: keys.AWS_SESSION_TOKEN,
    functionPrefix: env.LAMBDA_FUNCTION_PREFIX,
    endpoint: env.LAMBDA_ENDPOINT,
  };
  return makeLambdaExecutor({ config, send, now });
}

function makeOpenWhisk(env: ExecutorEnv): Executor {
  const access = openWhiskAccess.safeParse(env).data;
  if (!access) return notSetUp("OpenWhisk");
  const config = { apiHost: access.OPENWHISK_API_HOST, apiKey: access.OPENWHISK_API_KEY };
  return makeOpenWhiskExecutor({ config, send, now });
}

function notSetUp(cloud: string): Executor {
  const refusal = refuse("disabled", { message: `${cloud} is not set up here.` });
  return { execute: async () => refusal };
}
