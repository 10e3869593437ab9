import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import * as z from "zod";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { startSimulators } from "#simulators/server";
import { startDiscordEdge } from "#test/bench/discord-edge";
import { percentile } from "#test/bench/statistics";
import { inProject } from "#tools/paths";

/** Seconds; the promise (L9) is ten minutes and more, a few show that nothing is broken. */
const seconds = Number(process.env["DISCORD_LOAD_SECONDS"] ?? 4);
const perSecond = 500;
const people = ["pia", "mo", "ada", "bob", "zoe"];
const spoken = z.object({ d: z.object({ id: z.string() }) });

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

async function readMetrics(port: number): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return new Map(
    text.split("\n").map((line) => {
      const [name = "", value] = line.split(" ");
      return [name, Number(value)] as const;
    }),
  );
}

test(
  `L9 ${perSecond} Discord events a second for ${seconds} s through the gateway process`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "discord-load-"));
    const secrets = makeSimulatorSecrets();
    const saidAt = new Map<string, number>();
    const latencies: number[] = [];
    const edge = await startDiscordEdge(({ raw, gap }, at) => {
      // What a first session tells: nobody listened before it.
      if (gap) return;
      const { id } = spoken.parse(JSON.parse(raw)).d;
      latencies.push(at - (saidAt.get(id) ?? Number.NaN));
      saidAt.delete(id);
    });
    const simulators = await startSimulators({ port: 0, edgeUrl: "", secrets, seed: 1, keepMessages: 10 });
    const gateway = simulators.discordGateway;
    const port = await findFreePort();
    const child = spawn(process.execPath, [inProject("src", "gateway", "main.ts")], {
      env: {
        ...process.env,
        GATEWAY_ID: "main",
        GATEWAY_KEY: "0123456789abcdef",
        EDGE_URL: edge.url,
        SPOOL_PATH: join(folder, "spool.sqlite"),
        GATEWAY_PORT: String(port),
        DISCORD_GATEWAY: "1",
        DISCORD_BOT_TOKEN: secrets.discord.botToken,
        DISCORD_API_BASE: `${simulators.url}/discord/api/v10`,
      },
      stdio: "ignore",
    });
    try {
      await vi.waitFor(() => expect(gateway.sessions()).toHaveLength(1), 30_000);
      await sleep(500);
      const backlogs: number[] = [];
      const residents: number[] = [];
      const startedAt = performance.now();
      let said = 0;
      while (performance.now() - startedAt < seconds * 1000) {
        const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
        for (; said < due; said++) {
          const at = performance.now();
          const viewer = people[said % people.length] ?? "bob";
          const { eventId } = gateway.say({ viewer, text: `a line as people write it, number ${said}` });
          saidAt.set(eventId.replace("discord:", ""), at);
        }
        if (said % perSecond < 10) {
          const metrics = await readMetrics(port);
          backlogs.push(metrics.get("gateway_spool_frames") ?? Number.NaN);
          residents.push((metrics.get("process_resident_memory_bytes") ?? Number.NaN) / 2 ** 20);
        }
        await sleep(5);
      }
      await vi.waitFor(() => expect(saidAt.size).toBe(0), 20_000);
      const quarter = Math.floor(residents.length / 4);
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const growth =
        mean(residents.slice(-quarter || undefined)) /
        mean(residents.slice(quarter, 2 * quarter || undefined));
      const [p50, p99, most] = [50, 99, 100].map((share) => percentile(latencies, share).toFixed(1));
      console.log(
        `${said} events in ${seconds} s: forward p50 ${p50} ms, p99 ${p99} ms, most ${most} ms; backlog at most ` +
          `${Math.max(...backlogs)} frames; resident ${residents.at(0)?.toFixed(0)} → ${residents.at(-1)?.toFixed(0)} MiB, ` +
          `last to second quarter ${growth.toFixed(3)}`,
      );
      expect(latencies).toHaveLength(said);
      // A short run among other tests is still warming up and shares its cores.
      if (seconds >= 60) {
        expect(Number(p99)).toBeLessThanOrEqual(200);
        expect(Math.max(...backlogs)).toBeLessThanOrEqual(1000);
        expect(growth).toBeLessThan(1.1);
      }
    } finally {
      child.kill("SIGKILL");
      await simulators.close();
      await edge.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000 + seconds * 1500,
);
