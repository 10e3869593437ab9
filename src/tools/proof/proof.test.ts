import { expect, test } from "vitest";
import { longRuns } from "#tools/fault-runs/long-runs";
import { judge, type Records } from "#tools/proof/judge";
import { figuresOfBench } from "#tools/proof/read-records";
import { renderProof } from "#tools/proof/render";
import { type Target, targets } from "#tools/proof/targets";

const target: Target = {
  id: "T1",
  promise: "nothing is lost",
  command: "npm run faults -- kills",
  record: "kills",
  limits: [
    { figure: "kills", atLeast: 100, isSize: true },
    { figure: "lost", atMost: 0 },
    { figure: "p99Ms", atMost: 200, unit: "ms" },
  ],
};

function withFigures(figures: Record<string, number>): Records {
  return new Map([["kills", { at: "2026-05-01T12:00:00.000Z", figures }]]);
}

test("a target is met when every figure is within its limit", () => {
  expect(judge(target, withFigures({ kills: 100, lost: 0, p99Ms: 150.5 }))).toEqual({
    state: "met",
    words: "kills 100; lost 0; p99Ms 151 ms",
    at: "2026-05-01T12:00:00.000Z",
  });
});

test("a miss says by how much; a smaller try is no miss and no success; an absent figure is none", () => {
  const words = (figures: Record<string, number>) => judge(target, withFigures(figures));
  expect(words({ kills: 100, lost: 0, p99Ms: 250 })).toMatchObject({
    state: "missed",
    words: expect.stringContaining("p99Ms 250 ms, 25 % above 200"),
  });
  expect(words({ kills: 100, lost: 3, p99Ms: 1 }).words).toContain("lost 3, 3 above 0");
  expect(words({ kills: 10, lost: 0, p99Ms: 1 })).toMatchObject({
    state: "tried less",
    words: expect.stringContaining("kills 10 of 100"),
  });
  expect(words({ kills: 100, lost: 0 }).state).toBe("not measured");
  expect(judge(target, new Map()).state).toBe("not measured");
});

test("the page counts what it shows", () => {
  const machine = { cores: 2, processor: "p", memoryGb: 8, system: "linux", node: "v24" };
  const page = renderProof(
    [target, { ...target, record: "other" }],
    withFigures({ kills: 100, lost: 0, p99Ms: 1 }),
    machine,
  );
  expect(page).toContain("2 targets: 1 met, 0 missed");
  expect(page).toContain("| T1 | nothing is lost | met |");
});

test("the bench's ratios are those of one run", () => {
  const line = (name: string, perSecond: number, p50Ms: number) => ({ name, perSecond, p50Ms, failures: 0 });
  const figures = figuresOfBench({
    speed: {
      lines: [
        line("Slack · WaddleBot, 50 channels", 500, 30),
        line("Slack · @slack/bolt 1.0.0, from memory", 1000, 15),
        line("Slack · @slack/bolt 1.0.0, with our duties in Postgres", 250, 60),
        line("IRC, batches of 100, stored · WaddleBot, 50 channels", 5000, 40),
      ],
    },
    millions: { lines: [{ name: "plain, 10 gateway batches of 100, 1 channel", total: 0.2 }] },
  });
  expect(figures).toMatchObject({
    slackP50OfPeer: 2,
    slackThroughputOfPeer: 0.5,
    slackP50OfDutiful: 0.5,
    slackThroughputOfDutiful: 2,
    batchesOfPeer: 5,
    dollarsForPlain: 0.2,
    wrongAnswers: 0,
  });
});

test("every command of a target that is a fault run exists", () => {
  const names = new Set(longRuns.map(({ name }) => name));
  const asked = targets.flatMap(({ command }) => /^npm run faults -- (\w+)$/.exec(command)?.[1] ?? []);
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.filter((name) => !names.has(name))).toEqual([]);
});
