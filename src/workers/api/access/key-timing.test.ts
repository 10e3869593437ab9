import { expect, test } from "vitest";
import { sha256Hex } from "#lib/sha256";
import { makeRandom } from "#simulators/random";
import { recordFigures } from "#test/faults/record";
import { formatKey, makeKey } from "#workers/api/access/key-text";
import { verifyKey } from "#workers/api/access/verify-key";

/** `npm run faults -- timing` takes 100,000. */
const tries = Number(process.env["KEY_TIMING_TRIES"] ?? 1000);
const random = makeRandom(20_260_501).fork("timing");
/** Beyond it a difference is no chance (threats row 17). */
const telling = 4.5;

/** Welch's t of two ways, called in random turns; the slowest tenth of each is somebody else's work and left out. */
async function welch(
  ways: readonly [() => Promise<unknown>, () => Promise<unknown>],
  each: number,
): Promise<number> {
  const tookNs: [number[], number[]] = [[], []];
  const measure = async (which: 0 | 1) => {
    const started = process.hrtime.bigint();
    await ways[which]();
    tookNs[which].push(Number(process.hrtime.bigint() - started));
  };
  for (let n = 0; n < each; n++) {
    const first = random.int(2) === 0 ? 0 : 1;
    await measure(first);
    await measure(first === 0 ? 1 : 0);
  }
  const [left, right] = tookNs.map((all) => momentsOf(all.sort((a, b) => a - b).slice(0, all.length * 0.9)));
  if (!left || !right) throw new Error("nothing was measured");
  return (left.mean - right.mean) / Math.sqrt(left.variance / left.count + right.variance / right.count);
}

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance, count: values.length };
}

const key = makeKey("test");
const right = key.secret;
/** All but the last character is right, or none is. */
const nearly = right.slice(0, -1) + (right.endsWith("A") ? "B" : "A");
const wholly = [...right].map((letter) => (letter === "A" ? "B" : "A")).join("");

test("threat 17: the time to refuse a key does not tell how much of it is right", {
  timeout: 30_000 + tries * 5,
}, async () => {
  const record = {
    ...{
      id: key.id,
      name: "pond",
      secretHash: await sha256Hex(right),
      roles: [],
      scopes: [],
      communityId: null,
    },
    ...{ limitPerMinute: null, limitPerHour: null, isActive: true, expiresAt: null },
  };
  const refuse = (secret: string) => async () => {
    const found = await verifyKey(formatKey({ ...key, secret }), {
      find: async () => record,
      now: () => 1000,
    });
    if (found) throw new Error("a wrong key was taken");
  };
  const unknown = formatKey({ ...makeKey("test"), secret: nearly });
  const known = await welch([refuse(nearly), refuse(wholly)], tries);
  const named = await welch(
    [refuse(nearly), () => verifyKey(unknown, { find: async () => undefined, now: () => 1000 })],
    tries,
  );
  recordFigures("timing", { tries, prefixT: Math.abs(known), idT: Math.abs(named) });
  console.log(
    `key timing, Welch's t over ${tries} tries: prefix ${known.toFixed(2)}, id ${named.toFixed(2)}`,
  );
  expect(Math.abs(known)).toBeLessThan(telling);
  expect(Math.abs(named)).toBeLessThan(telling);
});

test("the measurement sees a comparison that stops at the first difference", async () => {
  const long = "x".repeat(5000);
  const stopsEarly = (given: string) => {
    for (let at = 0; at < long.length; at++) if (given.charCodeAt(at) !== long.charCodeAt(at)) return false;
    return true;
  };
  const t = await welch(
    [async () => stopsEarly(`${long.slice(1)}y`), async () => stopsEarly(`y${long.slice(1)}`)],
    3000,
  );
  expect(Math.abs(t)).toBeGreaterThan(telling);
});
