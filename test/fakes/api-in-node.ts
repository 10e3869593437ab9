import * as z from "zod";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { SessionRecord } from "#durable-objects/hub-session/session-record";
import { takeAll } from "#durable-objects/rate-limiter/take-all";
import { demoChannels } from "#simulators/demo";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { type Simulators, startSimulators } from "#simulators/server";
import { makeSecrets } from "#test/e2e/stack";
import { type MailsInMemory, mailsInMemory } from "#test/fakes/mails-in-memory";
import { setUp } from "#tools/setup";
import { makeLocalVars } from "#tools/start/local-vars";
import { SignInDesk } from "#workers/sender/sign-in-desk";

export interface ApiInNode {
  /** What the pages are served from; every request goes there. */
  origin: string;
  serviceApiKey: string;
  database: TestDatabase;
  simulators: Simulators;
  /** What was mailed. */
  mails: MailsInMemory;
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/**
 * The API as it is, on real Postgres and simulated platforms, without workerd around it: sessions and limits are kept by
 * the same code on storage in memory. `vars` are the API's own.
 */
export async function startApiInNode(vars: Record<string, string> = {}): Promise<ApiInNode> {
  const database = await openTestDatabase();
  const secrets = { ...makeSecrets(), simulators: makeSimulatorSecrets() };
  await setUp({
    databaseUrl: database.url,
    channels: demoChannels,
    overlayTokens: secrets.overlayTokens,
    twitchSubscriptions: [],
  });
  const simulators = await startSimulators({ port: 0, edgeUrl: "", secrets: secrets.simulators });
  const origin = "http://127.0.0.1:8787";
  const all = makeLocalVars(
    secrets,
    {
      databaseUrl: database.url,
      databaseHttpEndpoint: database.endpoint,
      simulatorsUrl: simulators.url,
      publicUrl: origin,
    },
    [],
  );
  const mails = mailsInMemory();
  const env = {
    ...all["waddlebot-api"],
    HUB_SESSION: sessionsInMemory(),
    RATE_LIMITER: limitsInMemory(),
    MAIL: mails,
    SIGN_IN: new SignInDesk(() => ({ fetch, config: all["waddlebot-sender"] ?? {}, now: Date.now() })),
    ...vars,
  };
  const app = await loadApp();
  const waiting = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  return {
    origin,
    serviceApiKey: secrets.serviceApiKey,
    database,
    simulators,
    mails,
    fetch: async (request) => app.fetch(request, env, waiting),
    async close() {
      await simulators.close();
      await database.close();
    },
  };
}

interface App {
  fetch(request: Request, env: object, ctx: object): Response | Promise<Response>;
}

/** By name: its types are those of workerd, and this file's are Node's. */
async function loadApp(): Promise<App> {
  const name = "#workers/api/app";
  const loaded: unknown = await import(name);
  const made = z.object({ makeApiApp: z.custom<() => App>((value) => typeof value === "function") });
  return made.parse(loaded).makeApiApp();
}

function sessionsInMemory() {
  const records = new Map<string, SessionRecord>();
  return {
    idFromName: (name: string) => name,
    get(name: string) {
      const record = records.get(name) ?? new SessionRecord({ storage: storageInMemory() }, {});
      records.set(name, record);
      return { fetch: async (request: Request): Promise<Response> => record.fetch(request) };
    },
  };
}

function storageInMemory() {
  const kept = new Map<string, unknown>();
  return {
    get: async (key: string) => kept.get(key),
    put: async (key: string, value: unknown) => void kept.set(key, structuredClone(value)),
    deleteAll: async () => kept.clear(),
    setAlarm: async () => undefined,
  };
}

function limitsInMemory() {
  const buckets = new Map<string, Parameters<typeof takeAll>[0]>();
  return {
    idFromName: (name: string) => name,
    get: (name: string) => ({
      async take(checks: Parameters<typeof takeAll>[2]) {
        const { answer, logs } = takeAll(buckets.get(name) ?? new Map(), Date.now(), checks);
        buckets.set(name, logs);
        return answer;
      },
    }),
  };
}
