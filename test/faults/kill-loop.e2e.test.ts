import { expect, test } from "vitest";
import { describeFindings } from "#test/faults/check-records";
import { runKillLoop } from "#test/faults/kill-loop";

const seed = Number(process.env["WADDLEBOT_SEED"] ?? 20_260_501);

/** Some 80 s for both on two idle cores; a busy machine takes longer to start workerd again. */
const timeout = 240_000;

test("P1, N1–N3, N7: ten kills under 100 events/s lose nothing and say nothing twice", {
  timeout,
}, async () => {
  const findings = await runKillLoop({ edge: "edge-delayed.workerd.ts", kills: 10, seed });
  console.log(`ten kills, seed ${seed}\n${describeFindings(findings)}`);
  const { sizes, ...differences } = findings;
  expect(differences).toEqual({ lost: [], unfinished: [], doubled: [], unanswered: [], ghosts: [] });
  expect(sizes.acknowledged).toBeGreaterThanOrEqual(1000);
  // Otherwise no kill hit between store and answer, and the run proves little.
  expect(sizes.storedUnacknowledged).toBeGreaterThan(0);
});

test("P1: an edge that acknowledges first loses events, and the same check says so", {
  timeout,
}, async () => {
  const findings = await runKillLoop({ edge: "edge-acknowledges-first.workerd.ts", kills: 3, seed });
  console.log(`acknowledging first, three kills, seed ${seed}\n${describeFindings(findings)}`);
  expect(findings.lost.length).toBeGreaterThan(0);
});
