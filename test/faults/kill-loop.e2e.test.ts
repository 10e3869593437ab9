import { expect, test } from "vitest";
import { describeFindings } from "#test/faults/check-records";
import { runKillLoop } from "#test/faults/kill-loop";
import { recordFigures } from "#test/faults/record";

const seed = Number(process.env["WADDLEBOT_SEED"] ?? 20_260_501);

/** `npm run faults -- kills` makes a hundred. */
const kills = Number(process.env["WADDLEBOT_KILLS"] ?? 10);

/** Some 80 s for both on two idle cores; a busy machine takes longer to start workerd again. */
const timeout = 200_000 + kills * 12_000;

test(`P1, N1–N3, N7: ${kills} kills under 100 events/s lose nothing and say nothing twice`, {
  timeout,
}, async () => {
  const findings = await runKillLoop({ edge: "edge-delayed.workerd.ts", kills, seed });
  console.log(`${kills} kills, seed ${seed}\n${describeFindings(findings)}`);
  const { sizes, ...differences } = findings;
  const { acknowledged, storedUnacknowledged } = sizes;
  recordFigures("kills", { kills, acknowledged, storedUnacknowledged, ...countEach(differences) });
  expect(differences).toEqual({ lost: [], unfinished: [], doubled: [], unanswered: [], ghosts: [] });
  expect(sizes.acknowledged).toBeGreaterThanOrEqual(1000);
  // Otherwise no kill hit between store and answer, and the run proves little.
  expect(sizes.storedUnacknowledged).toBeGreaterThan(0);
});

function countEach(differences: Readonly<Record<string, readonly unknown[]>>): Record<string, number> {
  return Object.fromEntries(Object.entries(differences).map(([name, ids]) => [name, ids.length]));
}

test("P1: an edge that acknowledges first loses events, and the same check says so", {
  timeout,
}, async () => {
  const findings = await runKillLoop({ edge: "edge-acknowledges-first.workerd.ts", kills: 3, seed });
  console.log(`acknowledging first, three kills, seed ${seed}\n${describeFindings(findings)}`);
  expect(findings.lost.length).toBeGreaterThan(0);
});
