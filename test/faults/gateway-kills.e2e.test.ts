import { expect, test } from "vitest";
import { findNgircd } from "#test/fakes/ngircd";
import { runGatewayKills } from "#test/faults/gateway-kills";
import { recordFigures } from "#test/faults/record";

const seed = Number(process.env["WADDLEBOT_SEED"] ?? 20_260_501);
/** 50 is the promise; five keep `npm test` short. */
const kills = Number(process.env["WADDLEBOT_GATEWAY_KILLS"] ?? 5);

if (!findNgircd()) console.warn("skipped: no IRC server on this machine; install the package `ngircd`");

test.skipIf(!findNgircd())(
  "P8, T8: a gateway killed under load loses nothing it acknowledged or kept, and takes nothing twice",
  { timeout: 120_000 + kills * 15_000 },
  async () => {
    const { sizes, ...differences } = await runGatewayKills({ kills, seed });
    const counts = Object.entries(differences).map(
      ([name, ids]) => `${name}: ${ids.length} ${ids.slice(0, 5)}`,
    );
    recordFigures("gateway", {
      kills,
      acknowledged: sizes.acknowledged,
      lost: differences.lost.length,
      doubled: differences.doubled.length + differences.repeatedReplies.length,
    });
    console.log(`${kills} kills, seed ${seed}\n  ${JSON.stringify(sizes)}\n  ${counts.join("\n  ")}`);
    expect(differences).toEqual({
      lost: [],
      doubled: [],
      repeatedReplies: [],
      unanswered: [],
      ghosts: [],
      unfinished: [],
    });
    // Otherwise no kill hit while something was on its way, and the run proves little.
    expect(sizes.spooledAtKill + sizes.repeats).toBeGreaterThan(0);
    expect(sizes.acknowledged).toBeGreaterThan(kills * 20);
    expect(sizes.repliesHeard).toBeGreaterThan(kills * 2);
  },
);
