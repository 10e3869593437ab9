import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { IrcNetworkConfig } from "#contracts/gateway";
import { freePort } from "#test/fakes/server-process";

export interface GatewayProcessOptions {
  gatewayId: string;
  gatewayKey: string;
  edgeUrl: string;
  spoolPath: string;
  networks: readonly Partial<IrcNetworkConfig>[];
}

const gatewayHealth = z.object({
  link: z.object({ isConnected: z.boolean(), acknowledgedFrames: z.int() }),
  spool: z.object({ frames: z.int(), dropped: z.int() }),
  dropped: z.object({ unheld: z.int() }),
  connections: z.array(z.object({ isConnected: z.boolean(), assigned: z.int(), joined: z.int() })),
});
export type RunningHealth = z.infer<typeof gatewayHealth>;

/** The gateway as it is run: a process of its own, that can be killed, paused and started again. */
export interface GatewayProcess {
  /** Undefined while it does not answer. */
  health(): Promise<RunningHealth | undefined>;
  metrics(): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it by `signal` and resolves with its exit code when it is gone; null when the signal itself ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  output(): string;
  pid: number | undefined;
}

const main = fileURLToPath(new URL("../../src/gateway/main.ts", import.meta.url));

export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
    env: {
      PATH: process.env.PATH,
      GATEWAY_ID: options.gatewayId,
      GATEWAY_KEY: options.gatewayKey,
      EDGE_URL: options.edgeUrl,
      SPOOL_PATH: options.spoolPath,
      GATEWAY_PORT: String(port),
      IRC_NETWORKS: JSON.stringify(options.networks),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (data: Buffer) => {
    output = (output + String(data)).slice(-20_000);
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const get = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2000) });
  return {
    pid: child.pid,
    async health() {
      const response = await get("/healthz").catch(() => undefined);
      return response && gatewayHealth.parse(await response.json());
    },
    metrics: async () => (await get("/metrics")).text(),
    signal: (signal) => void child.kill(signal),
    async end(signal = "SIGKILL") {
      child.kill(signal);
      return ended;
    },
    output: () => output,
  };
}
