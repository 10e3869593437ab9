import { mkdirSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { connectTo, listTargets } from "#test/e2e/heap-watch";
import { inProject } from "#tools/paths";

const profile = z.looseObject({
  nodes: z.array(
    z.looseObject({
      id: z.int(),
      hitCount: z.int().default(0),
      callFrame: z.looseObject({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
    }),
  ),
});
const answer = z.object({ id: z.int(), result: z.object({ profile: profile.optional() }) });
type Profile = z.infer<typeof profile>;

const sampleUs = 500;

/**
 * Records where every Worker of a running house spends its time, through workerd's inspector, and keeps one file a
 * Worker in `test-results/profiles` for a browser's profiler. Returns the functions with the most time of their own.
 */
export async function profileWorkers(inspectorPort: number, ms: number): Promise<string[]> {
  const targets = await listTargets(inspectorPort);
  const folder = inProject("test-results", "profiles");
  mkdirSync(folder, { recursive: true });
  const all = await Promise.all(
    targets.map(async ({ id, webSocketDebuggerUrl }) => {
      const recorded = await record(webSocketDebuggerUrl, ms);
      const name = id.split(":").at(-1) ?? id;
      if (recorded) writeFileSync(`${folder}/${name}.cpuprofile`, JSON.stringify(recorded));
      return recorded ? heaviest(name, recorded) : [];
    }),
  );
  return all.flat();
}

async function record(url: string, ms: number): Promise<Profile | undefined> {
  const socket = await connectTo(url);
  const stopped = new Promise<Profile | undefined>((resolve) => {
    socket.on("message", (data) => {
      const told = answer.safeParse(JSON.parse(String(data))).data;
      if (told?.id === 4) resolve(told.result.profile);
    });
    socket.once("close", () => resolve(undefined));
  });
  const say = (id: number, method: string, params = {}) =>
    socket.send(JSON.stringify({ id, method, params }));
  say(1, "Profiler.enable");
  say(2, "Profiler.setSamplingInterval", { interval: sampleUs });
  say(3, "Profiler.start");
  setTimeout(() => say(4, "Profiler.stop"), ms);
  const recorded = await stopped;
  socket.terminate();
  return recorded;
}

function heaviest(worker: string, { nodes }: Profile, most = 25): string[] {
  const own = new Map<string, number>();
  let total = 0;
  for (const { callFrame, hitCount } of nodes) {
    total += hitCount;
    const name = `${callFrame.functionName || "(anonymous)"}:${callFrame.lineNumber}`;
    own.set(name, (own.get(name) ?? 0) + hitCount);
  }
  return [...own]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .filter(([, hits]) => hits > total / 500)
    .map(([name, hits]) => `${worker}  ${((100 * hits) / total).toFixed(1)} %  ${name}`);
}
