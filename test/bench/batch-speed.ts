import { timedIrcChannels } from "#test/bench/bench-channels";
import { cpuSeconds } from "#test/bench/cpu-time";
import { type GatewaySocket, openGatewaySocket, plainFrames } from "#test/bench/gateway-socket";
import { type Round, type SpeedLine, summariseRounds } from "#test/bench/speed";
import { percentile } from "#test/bench/statistics";
import type { Stack } from "#test/e2e/stack";

export interface BatchSizes {
  repetitions: number;
  batches: number;
}

const batchSize = 100;
/** As a gateway does: one on its way while one is stored. */
const inFlight = 2;

/** Batches of 100 plain lines over a gateway's socket; an event counts when its batch was acknowledged, which is: stored. */
export async function measureBatches(
  { workers, secrets }: Stack,
  { repetitions, batches }: BatchSizes,
): Promise<SpeedLine[]> {
  const edge = await workers.urlOf("waddlebot-edge");
  const socket = await openGatewaySocket(edge, "timed", secrets.gatewayKey);
  const lines: SpeedLine[] = [];
  try {
    for (const rooms of [timedIrcChannels, timedIrcChannels.slice(0, 1)]) {
      const rounds: Round[] = [];
      await sendAll(socket, { run: `warm-${rooms.length}`, rooms, batches: Math.ceil(batches / 4) });
      for (let round = 0; round < repetitions; round++) {
        const before = cpuSeconds(workers.pid());
        const startedAt = performance.now();
        const took = await sendAll(socket, { run: `${rooms.length}-${round}`, rooms, batches });
        const seconds = (performance.now() - startedAt) / 1000;
        const used = cpuSeconds(workers.pid()) - before;
        const events = batches * batchSize;
        rounds.push({
          perSecond: events / seconds,
          p50Ms: percentile(took, 50),
          p99Ms: percentile(took, 99),
          cpuSecondsPer1000: (used / events) * 1000,
          failures: 0,
        });
      }
      const where = rooms.length === 1 ? "1 channel" : `${rooms.length} channels`;
      lines.push(
        summariseRounds({ name: `IRC, batches of ${batchSize}, stored · WaddleBot, ${where}` }, rounds),
      );
    }
  } finally {
    socket.close();
  }
  return lines;
}

/** Milliseconds until each batch was acknowledged. */
async function sendAll(
  socket: GatewaySocket,
  { run, rooms, batches }: { run: string; rooms: readonly string[]; batches: number },
): Promise<number[]> {
  const frames = plainFrames(run, rooms, batches * batchSize);
  const took: number[] = [];
  let next = 0;
  const keepSending = async () => {
    for (let at = next++; at < batches; at = next++) {
      const sentAt = performance.now();
      await socket.sendBatch(frames.slice(at * batchSize, (at + 1) * batchSize));
      took.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, keepSending));
  return took;
}
