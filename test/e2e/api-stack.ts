import { openTestDatabase, type TestDatabase } from "#db/testing";
import { demoChannels } from "#simulators/demo";
import { makeSecrets } from "#test/e2e/stack";
import { setUp } from "#tools/setup";
import { makeLocalVars } from "#tools/start/local-vars";
import { workerConfigs, workerName } from "#tools/worker-configs";
import { type RunningWorkers, startWorkers, type WorkerLog } from "#tools/workers-runtime";

export interface ApiStack {
  url: URL;
  database: TestDatabase;
  workers: RunningWorkers;
  serviceApiKey: string;
  logs: WorkerLog[];
  /** One call of the API. `from` is the caller's address; without one it is this machine, which no shield counts. */
  call(path: string, call?: ApiCall): Promise<ApiAnswer>;
  close(): Promise<void>;
}

export interface ApiCall {
  method?: string;
  /** `X-API-Key`. */
  key?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: string | Uint8Array<ArrayBuffer>;
  from?: string;
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The text as JSON, undefined when it is none. */
  body: unknown;
}

/**
 * The Workers alone, for tests of the API: real configuration and Postgres, no platforms. `vars` are the API's own, `edgeVars`
 * the edge's; `mains` takes the place of a Worker's code.
 */
export async function startApiStack(
  vars: Record<string, string> = {},
  edgeVars: Record<string, string> = {},
  mains: Readonly<Record<string, string>> = {},
): Promise<ApiStack> {
  const database = await openTestDatabase();
  const secrets = makeSecrets();
  await setUp({
    databaseUrl: database.url,
    channels: demoChannels,
    overlayTokens: secrets.overlayTokens,
    twitchSubscriptions: [],
  });
  const configs = workerConfigs();
  const addresses = {
    databaseUrl: database.url,
    databaseHttpEndpoint: database.endpoint,
    simulatorsUrl: "http://127.0.0.1:9",
  };
  const all = makeLocalVars(secrets, addresses, configs.map(workerName));
  const logs: WorkerLog[] = [];
  const workers = await startWorkers({
    configs,
    vars: {
      ...all,
      "waddlebot-api": { ...all["waddlebot-api"], ...vars },
      "waddlebot-edge": { ...all["waddlebot-edge"], ...edgeVars },
    },
    mains,
    onLog: (line) => logs.push(line),
  });
  const url = await workers.urlOf("waddlebot-api");
  return {
    url,
    database,
    workers,
    serviceApiKey: secrets.serviceApiKey,
    logs,
    call: (path, call) => callApi(url, path, call),
    close: async () => {
      await workers.dispose();
      await database.close();
    },
  };
}

async function callApi(url: URL, path: string, call: ApiCall = {}): Promise<ApiAnswer> {
  const response = await fetch(new URL(path, url), {
    method: call.method ?? (call.json === undefined && call.body === undefined ? "GET" : "POST"),
    headers: {
      ...(call.json === undefined ? {} : { "content-type": "application/json" }),
      ...(call.key ? { "x-api-key": call.key } : {}),
      ...(call.from ? { "cf-connecting-ip": call.from } : {}),
      ...call.headers,
    },
    body: call.json === undefined ? (call.body ?? null) : JSON.stringify(call.json),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parseOr(text) };
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
