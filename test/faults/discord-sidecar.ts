import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlatformEvent } from "#contracts/event";
import { platform } from "#platforms/discord/index";
import type { DiscordGatewayOptions } from "#simulators/discord/gateway/gateway";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { type Simulators, startSimulators } from "#simulators/server";
import { type FakeEdge, startFakeEdge } from "#test/fakes/fake-edge";
import { inProject } from "#tools/paths";

const key = "0123456789abcdef";

export interface RunningSidecar {
  child: ChildProcess;
  output(): string;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

export interface DiscordHouse extends AsyncDisposable {
  simulators: Simulators;
  edge: FakeEdge;
  /** The real process. `spool` names its file: the same name is the same sidecar after a restart. */
  startSidecar(env?: Record<string, string>, spool?: string): RunningSidecar;
  /** Everything the edge was handed, in the order of its first coming, each event once as a channel would keep it. */
  events(): PlatformEvent[];
  /** How many events came more than once. */
  repeats(): number;
}

/** The simulated Discord and an edge that stores what it acknowledges, with room for real gateway processes between. */
export async function openDiscordHouse(options: DiscordGatewayOptions = {}, seed = 1): Promise<DiscordHouse> {
  const folder = mkdtempSync(join(tmpdir(), "discord-faults-"));
  const secrets = makeSimulatorSecrets();
  const edge = await startFakeEdge({ key });
  const simulators = await startSimulators({
    port: 0,
    edgeUrl: "",
    secrets,
    seed,
    keepMessages: 10,
    discordGateway: options,
  });
  const running = new Set<ChildProcess>();
  const allEvents = () =>
    edge.batches.flatMap(({ frames }) => frames.flatMap((frame) => platform.parseFrame?.(frame, {}) ?? []));

  return {
    simulators,
    edge,
    events: () => [...new Map(allEvents().map((event) => [event.id, event])).values()],
    repeats() {
      const ids = allEvents().map(({ id }) => id);
      return ids.length - new Set(ids).size;
    },
    startSidecar(env = {}, spool = "spool") {
      const child = spawn(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", inProject("src", "gateway", "main.ts")],
        {
          env: {
            ...process.env,
            GATEWAY_ID: "main",
            GATEWAY_KEY: key,
            EDGE_URL: edge.url,
            SPOOL_PATH: join(folder, `${spool}.sqlite`),
            GATEWAY_PORT: "0",
            DISCORD_GATEWAY: "1",
            DISCORD_BOT_TOKEN: secrets.discord.botToken,
            DISCORD_API_BASE: `${simulators.url}/discord/api/v10`,
            ...env,
          },
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      running.add(child);
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (data) => {
          output += String(data);
        });
      }
      return {
        child,
        output: () => output,
        async kill() {
          const ended = once(child, "exit");
          child.kill("SIGKILL");
          await ended;
          running.delete(child);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill("SIGKILL");
      await simulators.close();
      await edge.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
