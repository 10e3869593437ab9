import { demoChannels, demoIds } from "#simulators/demo";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { type SimulatorOptions, type Simulators, startSimulators } from "#simulators/server";
import { findFreePort } from "#tools/free-port";
import { makeOverlayToken, makeOverlayTokens } from "#tools/overlay-tokens";
import { type SetupChannel, setUp } from "#tools/setup";
import { askWhy } from "#tools/start/ask-why";
import type { LocalSecrets } from "#tools/start/local-secrets";
import { makeLocalVars } from "#tools/start/local-vars";
import { workerConfigs, workerName } from "#tools/worker-configs";
import {
  type RunningWorkers,
  startWorkers,
  type WorkerLog,
  type WorkersOptions,
} from "#tools/workers-runtime";

export interface StackOptions {
  databaseUrl: string;
  databaseEndpoint: string;
  /** Where Durable Objects keep their storage; without it they forget with the process. */
  persistTo?: string;
  simulators?: Partial<SimulatorOptions>;
  /** Beside the demo channels. */
  channels?: readonly SetupChannel[];
  /** Code that takes the place of a Worker's own, by Worker name: how faults and broken variants get in. */
  mains?: WorkersOptions["mains"];
  rateLimits?: WorkersOptions["rateLimits"];
  inspectorPort?: number;
  /** Beside what a Worker gets on this machine anyway, by Worker name. */
  vars?: WorkersOptions["vars"];
  secrets?: LocalSecrets;
}

export interface Stack {
  url: URL;
  workers: RunningWorkers;
  simulators: Simulators;
  secrets: LocalSecrets;
  logs: WorkerLog[];
  close(): Promise<void>;
}

export function makeSecrets(): LocalSecrets {
  return {
    overlayTokens: makeOverlayTokens(),
    gatewayKey: makeOverlayToken(),
    tokenEncryptionKey: makeOverlayToken(),
    jwtSecret: makeOverlayToken(),
    brokerApiKey: makeOverlayToken(),
    webhookSigningKey: makeOverlayToken(),
    serviceApiKey: makeOverlayToken(),
    sessionSecret: makeOverlayToken(),
    factorKey: makeOverlayToken(),
    simulators: makeSimulatorSecrets(),
  };
}

/** All Workers with their real configuration, real Postgres, simulated platforms: the house as `npm start` runs it. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const secrets = options.secrets ?? makeSecrets();
  await setUp({
    databaseUrl: options.databaseUrl,
    channels: [...demoChannels, ...(options.channels ?? [])],
    overlayTokens: secrets.overlayTokens,
    twitchSubscriptions: ["channel.chat.message", "channel.follow"].map((type) => ({
      type,
      version: type === "channel.follow" ? "2" : "1",
      broadcasterUserId: demoIds.twitchBroadcasterId,
    })),
  });
  let apiUrl: URL | undefined;
  const simulators = await startSimulators({
    port: 0,
    edgeUrl: "",
    secrets: secrets.simulators,
    overlayUrl: `/overlay/${secrets.overlayTokens.ticker}/ticker`,
    why: async (eventId, entityId) => apiUrl && askWhy(apiUrl, secrets.serviceApiKey, { eventId, entityId }),
    ...options.simulators,
  });
  const logs: WorkerLog[] = [];
  const configs = workerConfigs();
  const port = await findFreePort();
  const addresses = {
    // Where platforms send people back to.
    publicUrl: `http://127.0.0.1:${port}`,
    databaseUrl: options.databaseUrl,
    databaseHttpEndpoint: options.databaseEndpoint,
    simulatorsUrl: simulators.url,
    mailPort: simulators.mailbox.port,
  };
  const vars = Object.entries(makeLocalVars(secrets, addresses, configs.map(workerName)));
  const workers = await startWorkers({
    configs,
    port,
    vars: Object.fromEntries(
      vars.map(([name, own]) => [name, { ...own, ...knownTo(name, options), ...options.vars?.[name] }]),
    ),
    ...(options.persistTo ? { persistTo: options.persistTo } : {}),
    ...(options.mains ? { mains: options.mains } : {}),
    ...(options.rateLimits ? { rateLimits: options.rateLimits } : {}),
    ...(options.inspectorPort ? { inspectorPort: options.inspectorPort } : {}),
    onLog: (line) => logs.push(line),
  });
  apiUrl = await workers.urlOf("waddlebot-api");
  simulators.setEdgeUrl(workers.url.origin);
  return {
    url: workers.url,
    workers,
    simulators,
    secrets,
    logs,
    close: async () => {
      await simulators.close();
      await workers.dispose();
    },
  };
}

/** What the bot must know of the simulated world, as its operator would tell it. */
function knownTo(worker: string, { simulators }: StackOptions): Record<string, string> {
  const isModerator = worker === "waddlebot-sender" && simulators?.twitch?.botIsModerator === true;
  return isModerator ? { TWITCH_BOT_IS_MODERATOR: "1" } : {};
}

/** Asks again until the answer is there; fails with what it last saw. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  isThere: (answer: T) => boolean,
  ms = 10_000,
): Promise<T> {
  const until = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    if (Date.now() > until) throw new Error(`not within ${ms} ms; last seen: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
