import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { vi } from "vitest";
import type { GatewayFrame } from "#contracts/gateway";
import type { DiscordConfig } from "#gateway/discord/config";
import type { IdentifyTimings } from "#gateway/discord/identify-budget";
import { makeDiscordSource } from "#gateway/discord/source";
import type { Missed, Source } from "#gateway/source";
import { openGatewayDatabase } from "#gateway/spool";
import type { DiscordGateway, DiscordGatewayOptions } from "#simulators/discord/gateway/gateway";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { type Simulators, startSimulators } from "#simulators/server";

/** Discord's own waits, a fiftieth as long. */
export const quickTimings: IdentifyTimings = {
  bucketMs: 120,
  circuitMs: 5 * 60_000,
  circuitLimit: 5,
  invalidMs: [20, 100],
};

export interface Stage extends AsyncDisposable {
  simulators: Simulators;
  gateway: DiscordGateway;
  database: DatabaseSync;
  source: Source;
  /** What the source handed on, oldest first. */
  frames: GatewayFrame[];
  /** What it said to have missed. */
  missed: Missed[];
  /** The texts of the messages among them. */
  texts(): unknown[];
  /** Acts as an edge that has stored everything handed on so far. */
  acknowledgeAll(): void;
  numbers(): Readonly<Record<string, number>>;
  reason(): string | undefined;
  isConnected(): boolean;
  connected(): Promise<void>;
  /** Ends the process without a goodbye and starts another on the same file. */
  crash(): Promise<void>;
  /** False makes the gateway refuse what is heard. */
  holdsLease: boolean;
}

/** A Discord source against the simulated gateway, with its file in a folder of its own. */
export async function setDiscordStage(
  options: DiscordGatewayOptions = {},
  changes: Partial<DiscordConfig> & { timings?: IdentifyTimings; seed?: number } = {},
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "discord-"));
  const secrets = makeSimulatorSecrets();
  const simulators = await startSimulators({
    port: 0,
    edgeUrl: "",
    secrets,
    seed: changes.seed ?? 1,
    discordGateway: { identifyBucketMs: 100, ...options },
  });
  const { timings = quickTimings, seed: _, ...config } = changes;

  function open(): DatabaseSync {
    return openGatewayDatabase(join(folder, "spool.sqlite"));
  }

  function startSource(database: DatabaseSync): Source {
    const made = makeDiscordSource({
      config: {
        token: secrets.discord.botToken,
        apiBase: `${simulators.url}/discord/api/v10`,
        shards: {},
        ...config,
      },
      timings,
    });
    const source = made({
      forward: ({ connection, id = "", raw }) => {
        if (stage.holdsLease)
          stage.frames.push({ platform: "discord", connection, id, receivedAt: Date.now(), raw });
        return stage.holdsLease;
      },
      missed: (gap) => stage.missed.push(gap),
      database,
      log: () => undefined,
      now: Date.now,
      random: () => 0.5,
    });
    source.start();
    source.setAssignment([], []);
    return source;
  }

  const stage: Stage = {
    simulators,
    gateway: simulators.discordGateway,
    database: open(),
    frames: [],
    missed: [],
    source: { platform: "discord", start() {}, setAssignment() {}, health: () => [], close: async () => {} },
    texts: () =>
      stage.frames
        .map(({ raw }) => JSON.parse(raw))
        .filter(({ t }) => t === "MESSAGE_CREATE")
        .map(({ d }) => d.content),
    acknowledgeAll: () => stage.source.acknowledged?.(stage.frames),
    numbers: () => stage.source.health()[0]?.numbers ?? {},
    reason: () => stage.source.health()[0]?.reason,
    isConnected: () => stage.source.health().every(({ isConnected }) => isConnected),
    connected: () =>
      vi.waitFor(() => {
        if (!stage.isConnected()) throw new Error("not connected");
      }, 10_000),
    async crash() {
      const old = stage.source;
      stage.gateway.cut();
      await old.close();
      stage.source = startSource(stage.database);
    },
    holdsLease: true,
    async [Symbol.asyncDispose]() {
      await stage.source.close();
      await simulators.close();
      stage.database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  stage.source = startSource(stage.database);
  return stage;
}
