import { join } from "node:path";
import * as z from "zod";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { demoChannels } from "#simulators/demo";
import { type Stack, type StackOptions, startStack } from "#test/e2e/stack";

export interface Answer {
  status: number;
  body: unknown;
}

export interface RouterCall {
  method?: string;
  key?: string;
  json?: unknown;
}

export interface RouterStack {
  stack: Stack;
  database: TestDatabase;
  call(path: string, call?: RouterCall): Promise<Answer>;
  /** The `data` of a call that must succeed. */
  ask(path: string, call?: RouterCall): Promise<Record<string, unknown>>;
  /** A chat line on the demo Twitch channel, run through the intake. */
  say(text: string, facts?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** A key of the given kind. */
  makeKey(facts: Record<string, unknown>): Promise<string>;
  /** What the recording fetcher was asked for. */
  fetched(): Fetched[];
  close(): Promise<void>;
}

const fetchedCall = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().transform((text): unknown => JSON.parse(text)),
  startedAt: z.number(),
});
export type Fetched = z.infer<typeof fetchedCall>;

const envelope = z.object({ data: z.record(z.string(), z.unknown()) });
const madeKey = z.object({ data: z.object({ key: z.string() }) });

export const twitchEntity = demoChannels.find(({ platform }) => platform === "twitch")?.entityId ?? "";
export const slackEntity = demoChannels.find(({ platform }) => platform === "slack")?.entityId ?? "";
export const twitchServer = twitchEntity.split(":")[1] ?? "";
/** The demo channels' community. */
export const demoId = 2;

/** Everybody it speaks as is another one, so that no cooldown or limit of one test meets another. */
let people = 0;

/** The whole house, with webhooks recorded instead of called. */
export async function startRouter(options: Partial<StackOptions> = {}): Promise<RouterStack> {
  const database = await openTestDatabase();
  const stack = await startStack({
    databaseUrl: database.url,
    databaseEndpoint: database.endpoint,
    mains: { "waddlebot-fetcher": join(import.meta.dirname, "recording-fetcher.workerd.ts") },
    ...options,
  });
  const call = async (path: string, { method, key, json }: RouterCall = {}): Promise<Answer> => {
    const response = await fetch(new URL(path.startsWith("/") ? path : `/api/v1/router/${path}`, stack.url), {
      method: method ?? (json === undefined ? "GET" : "POST"),
      headers: {
        "x-api-key": key ?? stack.secrets.serviceApiKey,
        ...(json === undefined ? {} : { "content-type": "application/json" }),
      },
      body: json === undefined ? null : JSON.stringify(json),
    });
    return { status: response.status, body: await response.json() };
  };
  const ask = async (path: string, given?: RouterCall) => {
    const answer = await call(path, given);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return envelope.parse(answer.body).data;
  };
  return {
    stack,
    database,
    call,
    ask,
    say: (text, facts = {}) => ask("events", { json: aLine({ message_content: text, ...facts }) }),
    makeKey: async (facts) => {
      const json = { name: "test", ...facts };
      return madeKey.parse((await call("/api/v1/keys", { json })).body).data.key;
    },
    fetched: () =>
      stack.logs.flatMap(({ message }) => {
        const text = message.startsWith("fetched ") ? message.slice("fetched ".length) : undefined;
        return text === undefined ? [] : [fetchedCall.parse(JSON.parse(text))];
      }),
    close: async () => {
      await stack.close();
      await database.close();
    },
  };
}

/** A chat line in the words of 004, by a new person. */
export function aLine(facts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    platform: "twitch",
    server_id: twitchServer,
    user_id: `9${++people}`,
    user_name: `Person ${people}`,
    message_type: "chatMessage",
    message_content: "hello",
    ...facts,
  };
}
