import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must } from "#lib/must";
import { demoChannels } from "#simulators/demo";
import { makeRandom } from "#simulators/random";
import { eventually, makeSecrets } from "#test/e2e/stack";
import { alertsOf, canJudgeAlerts, readFigures, sumOf } from "#test/faults/alerts";
import { inspectChannel } from "#test/faults/channel-facts";
import { makeDoors } from "#test/faults/doors";
import { type FaultStack, startFaultStack } from "#test/faults/fault-stack";
import { type Door, type Forgery, forge } from "#test/faults/forgeries";
import { type LeftBehind, lookAtWhatIsLeft } from "#test/faults/left-behind";
import { type RawAnswer, sendRaw } from "#test/faults/raw-http";
import { recordFigures } from "#test/faults/record";
import { makeLocalVars } from "#tools/start/local-vars";
import { workerConfigs, workerName } from "#tools/worker-configs";
import { startWorkers } from "#tools/workers-runtime";

const seed = Number(process.env["WADDLEBOT_SEED"] ?? 20_260_501);
/** Bits flipped in each signed header, and twice as many in each body; `npm run faults -- forged` makes 50,000 forgeries of it. */
const flips = Number(process.env["FORGERY_FLIPS"] ?? 45);
const perRound = 150;
const patienceMs = 120_000 + flips * 500;
const random = makeRandom(seed);
const secrets = makeSecrets();
const doors = makeDoors(secrets);
let stack: FaultStack;
let untouched: LeftBehind;

const look = () => lookAtWhatIsLeft(stack, stack.database.db, stack.persistTo);

beforeAll(async () => {
  stack = await startFaultStack({ edge: "edge-inspected.workerd.ts", secrets });
  untouched = await look();
});
afterAll(() => stack?.close());

const checks: Record<string, string> = {
  twitch: "HRD-8 TWI-2",
  "slack events": "HRD-8 SLK-2",
  "slack slash": "HRD-8 SLK-2",
  discord: "HRD-8 DIS-1",
  gateway: "threat 25",
};

test.each(doors.map((door) => ({ door, title: `${checks[door.name]} ${door.name}` })))(
  "$title: P6 no forged, stale or mutated request has an effect or makes an error",
  async ({ door }) => {
    const statuses: Record<string, number> = {};
    const tookMs: number[] = [];
    const wrong: string[] = [];
    const own = random.fork(door.name);
    // In rounds: a signature is only good for some minutes, and fifty thousand requests need not be kept.
    for (let left = flips; left > 0; left -= perRound) {
      const forgeries = await forge(door, own, Math.min(left, perRound));
      const answers = await inTens(forgeries, (forgery) => attempt(forgery));
      for (const { answer, ms } of answers) {
        statuses[String(answer.status)] = (statuses[String(answer.status)] ?? 0) + 1;
        tookMs.push(ms);
      }
      wrong.push(...answers.filter((one) => !isAsItMust(door, one)).map(describeAnswer));
    }
    const p99 = tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length * 0.99)] ?? 0;
    console.log(
      `${door.name}: ${tookMs.length} forgeries, answered ${JSON.stringify(statuses)}, p99 ${p99.toFixed(1)} ms`,
    );
    const errors = Object.entries(statuses).reduce(
      (sum, [status, n]) => sum + (Number(status) >= 500 ? n : 0),
      0,
    );
    recordFigures(`forged ${door.name}`, {
      forgeries: tookMs.length,
      wrong: wrong.length,
      serverErrors: errors,
      p99Ms: Number(p99.toFixed(1)),
    });
    expect(tookMs.length).toBeGreaterThanOrEqual(200);
    expect(wrong).toEqual([]);
    expect(await look()).toEqual(untouched);
  },
  patienceMs,
);

test.skipIf(!canJudgeAlerts)("threat 1: forged requests that go on raise their alert", async () => {
  const refused = /service="edge".*status="40[13]"/;
  const after = await eventually(
    async () => {
      await fetch(new URL("/health", stack.edgeUrl));
      return readFigures(stack);
    },
    (figures) => sumOf(figures, refused) > 100,
    60_000,
  );
  // As many as came at all doors, within a minute.
  expect(alertsOf(new Map(), after, 60)).toContain("RequestsForged");
});

test("P11 without its secret a door refuses every request, the genuine ones too", async () => {
  const configs = workerConfigs();
  const vars = makeLocalVars(
    secrets,
    {
      databaseUrl: stack.database.url,
      databaseHttpEndpoint: stack.database.endpoint,
      simulatorsUrl: stack.simulators.url,
    },
    configs.map(workerName),
  );
  const { DATABASE_URL = "", DATABASE_HTTP_ENDPOINT = "" } = must(vars["waddlebot-edge"], "vars of the edge");
  const workers = await startWorkers({
    configs,
    vars: { ...vars, "waddlebot-edge": { DATABASE_URL, DATABASE_HTTP_ENDPOINT } },
    persistTo: join(stack.persistTo, "without-secrets"),
  });
  try {
    for (const door of doors) {
      const requests = await Promise.all(Array.from({ length: 20 }, () => door.genuine()));
      const forged = await forge(door, random.fork(`no secret ${door.name}`), 5);
      const all = [...requests, ...forged.map(({ request }) => request)];
      const answers = await inTens(all, (request) => sendRaw(workers.url, request));
      const isRefused = ({ status }: RawAnswer) =>
        status === null || [400, 401, 413, 426, 503].includes(status);
      expect(answers.filter((answer) => !isRefused(answer))).toEqual([]);
      const genuine = new Set(answers.slice(0, requests.length).map(({ status }) => status));
      expect([...genuine]).toEqual([door.name === "gateway" ? 401 : 503]);
    }
    expect(await look()).toEqual(untouched);
  } finally {
    await workers.dispose();
  }
});

test("P6 the control: every genuine request is accepted and stored", async () => {
  const each = 40;
  const expected: Record<string, number> = {
    twitch: 204,
    "slack events": 200,
    "slack slash": 200,
    discord: 200,
    gateway: 101,
  };
  for (const door of doors) {
    const requests = await Promise.all(Array.from({ length: each }, () => door.genuine()));
    const answers = await inTens(requests, (request) => sendRaw(stack.url, request));
    expect(answers.map(({ status }) => status)).toEqual(requests.map(() => expected[door.name]));
  }
  const stored = await Promise.all(
    demoChannels.map(async ({ entityId, platform }) => {
      const { seen } = await inspectChannel(stack.edgeUrl, entityId);
      return [platform, seen.filter(({ id }) => !id.startsWith("~")).length];
    }),
  );
  expect(Object.fromEntries(stored)).toEqual({ twitch: each, slack: 2 * each, discord: each });
  // So the look that found nothing before would have found something.
  const { objects, said } = await look();
  expect(objects.length).toBeGreaterThanOrEqual(untouched.objects.length + demoChannels.length + 1);
  expect(said).toBeGreaterThan(0);
});

interface Answered {
  forgery: Forgery;
  answer: RawAnswer;
  ms: number;
}

async function attempt(forgery: Forgery): Promise<Answered> {
  const started = performance.now();
  const answer = await sendRaw(stack.url, forgery.request);
  return { forgery, answer, ms: performance.now() - started };
}

/** Refused by the door; or by HTTP itself, which answers 400 to what is no request, or hangs up. */
function isAsItMust(door: Door, { forgery, answer }: Answered): boolean {
  const { mayBe = [door.refusal, 400, null] } = forgery;
  return mayBe.some((status) => status === answer.status);
}

function describeAnswer({ forgery, answer }: Answered): string {
  return `${forgery.name}: ${answer.status}`;
}

/** Ten at a time: as fast as the machine goes, without a queue of a thousand sockets. */
async function inTens<In, Out>(all: readonly In[], run: (one: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = [];
  for (let at = 0; at < all.length; at += 10) {
    done.push(...(await Promise.all(all.slice(at, at + 10).map(run))));
  }
  return done;
}
