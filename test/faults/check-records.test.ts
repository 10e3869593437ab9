import { expect, test } from "vitest";
import type { ChannelFacts } from "#test/faults/channel-facts";
import { checkRecords, type RunRecords } from "#test/faults/check-records";

/** One acknowledged command with its reply, and one acknowledged plain line. */
function aGoodRun(changes: Partial<RunRecords> = {}): RunRecords {
  return {
    sent: [
      { eventId: "twitch:a", entityId: "twitch:1", isCommand: true },
      { eventId: "twitch:b", entityId: "twitch:1", isCommand: false },
    ],
    attempts: [anAttempt("a"), anAttempt("b")],
    channels: [aChannel()],
    replies: ["twitch:a"],
    ...changes,
  };
}

const anAttempt = (id: string, status: number | null = 204, at = 1000) => ({
  platform: "twitch" as const,
  id,
  number: 0,
  status,
  ms: 100,
  at,
});

const aRow = (changes: Partial<ChannelFacts["outbox"][number]> = {}) => ({
  key: "twitch:a/core/0/0",
  eventId: "twitch:a",
  kind: "chat",
  state: "sent" as const,
  note: "m1",
  ...changes,
});

const aChannel = (changes: Partial<ChannelFacts> = {}): ChannelFacts => ({
  seen: [
    { id: "twitch:a", seq: 1, at: 950 },
    { id: "~twitch:chat:a", seq: 1, at: 950 },
    { id: "twitch:b", seq: 2, at: 950 },
  ],
  waiting: [],
  outbox: [aRow()],
  ...changes,
});

const none = { lost: [], unfinished: [], doubled: [], unanswered: [], ghosts: [] };

function differences(records: RunRecords) {
  const { sizes: _, ...found } = checkRecords(records);
  return found;
}

test("a run without a fault shows no difference", () => {
  const { sizes, ...found } = checkRecords(aGoodRun());
  expect(found).toEqual(none);
  expect(sizes).toEqual({
    sent: 2,
    acknowledged: 2,
    stored: 2,
    storedUnacknowledged: 0,
    neverAcknowledged: 0,
    commandsStored: 1,
    repliesHeard: 1,
    outbox: { sent: 1 },
  });
});

test("N1 acknowledged and not stored is lost; sent without an answer is not", () => {
  const attempts = [
    anAttempt("a"),
    anAttempt("b"),
    anAttempt("c"),
    anAttempt("d", null),
    anAttempt("e", 503),
  ];
  expect(differences(aGoodRun({ attempts }))).toEqual({ ...none, lost: ["twitch:c"] });
});

test("N2 what waits in the inbox or the outbox is unfinished", () => {
  const state = "sending" as const;
  const channels = [aChannel({ waiting: ["twitch:b"], outbox: [aRow({ state })] })];
  expect(differences(aGoodRun({ channels })).unfinished).toEqual(["twitch:b", "twitch:a/core/0/0"]);
});

test("N3 a reply heard twice is doubled, also where the outbox calls it unknown", () => {
  const channels = [aChannel({ outbox: [aRow({ state: "unknown", note: "interrupted" })] })];
  const replies = ["twitch:a", "twitch:a"];
  expect(differences(aGoodRun({ channels, replies }))).toEqual({ ...none, doubled: ["twitch:a"] });
});

test("N3 a reply is heard, unknown, or failed with a reason; everything else is unanswered", () => {
  const found = (outbox: ChannelFacts["outbox"], replies: RunRecords["replies"]) =>
    differences(aGoodRun({ channels: [aChannel({ outbox })], replies })).unanswered;
  expect(found([aRow()], [])).toEqual(["twitch:a"]);
  expect(found([], [])).toEqual(["twitch:a"]);
  expect(found([aRow({ state: "failed", note: null })], [])).toEqual(["twitch:a"]);
  expect(found([aRow({ state: "failed", note: "Twitch asks for a pause." })], [])).toEqual([]);
  expect(found([aRow({ state: "unknown" })], [])).toEqual([]);
  expect(found([aRow({ state: "unknown" })], ["twitch:a"])).toEqual([]);
});

test("N7 what nobody sent, an effect of a plain line and a reply to nothing are ghosts", () => {
  const { seen } = aChannel();
  const stored = aChannel({ seen: [...seen, { id: "twitch:x", seq: 3, at: 960 }] });
  expect(differences(aGoodRun({ channels: [stored] })).ghosts).toEqual(["twitch:x"]);
  const outbox = [aRow(), aRow({ key: "twitch:b/core/0/0", eventId: "twitch:b" })];
  expect(differences(aGoodRun({ channels: [aChannel({ outbox })] })).ghosts).toEqual(["twitch:b"]);
  expect(differences(aGoodRun({ replies: ["twitch:a", undefined] })).ghosts).toEqual(["a reply to nothing"]);
});

test("stored by an attempt without an answer, acknowledged by a later one, counts as stored and unacknowledged", () => {
  const attempts = [anAttempt("a", null, 960), anAttempt("a", 204, 1200), anAttempt("b")];
  expect(checkRecords(aGoodRun({ attempts })).sizes).toMatchObject({
    storedUnacknowledged: 1,
    acknowledged: 2,
  });
});
