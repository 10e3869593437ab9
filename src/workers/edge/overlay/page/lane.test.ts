import { expect, test } from "vitest";
import { overlayContent, type ShownFrame } from "#contracts/overlay";
import { Lane, mostWaiting } from "#workers/edge/overlay/page/lane.client.js";

const aFrame = (seq: number, priority = 100): ShownFrame => ({
  type: "show",
  part: "ticker",
  seq,
  key: `k${seq}`,
  shownAt: 0,
  content: overlayContent.parse({ type: "ticker", text: `t${seq}`, priority }),
});
const drain = (lane: Lane) => {
  const seqs: number[] = [];
  for (let frame = lane.next(); frame; frame = lane.next()) seqs.push(frame.seq);
  return seqs;
};

test("the more important goes first, then the older", () => {
  const lane = new Lane();
  for (const [seq, priority] of [
    [1, 100],
    [2, 5],
    [3, 900],
    [4, 100],
  ] as const)
    expect(lane.offer(aFrame(seq, priority))).toBeUndefined();
  expect(drain(lane)).toEqual([3, 1, 4, 2]);
});

test("OBS-3 of 101 tickers the least important is dropped, among equals the newest", () => {
  const lane = new Lane();
  for (let seq = 1; seq <= mostWaiting; seq++)
    expect(lane.offer(aFrame(seq, seq === 40 ? 1 : 100))).toBeUndefined();
  expect(lane.offer(aFrame(101))?.seq).toBe(40);
  expect(lane.length).toBe(100);
  expect(lane.offer(aFrame(102))?.seq).toBe(102);
  expect(lane.offer(aFrame(103, 7))?.seq).toBe(103);
  expect(lane.offer(aFrame(104, 200))?.seq).toBe(101);
  expect(lane.next()?.seq).toBe(104);
});

test("what has no priority of its own is as important as a usual ticker", () => {
  const lane = new Lane();
  const card = overlayContent.parse({ type: "general", content: "x" });
  lane.offer(aFrame(1, 99));
  lane.offer({ ...aFrame(2), content: card });
  lane.offer(aFrame(3, 101));
  expect(drain(lane)).toEqual([3, 2, 1]);
});
