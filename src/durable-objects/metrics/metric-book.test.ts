import { expect, test } from "vitest";
import { secondsBuckets } from "#contracts/metrics";
import { MeterPost } from "#durable-objects/metrics/meter-post";
import { keptBook, MetricBook } from "#durable-objects/metrics/metric-book";

const noon = Date.UTC(2026, 4, 20, 12, 0, 0);
const minute = 60_000;
const empty = () => new MetricBook(keptBook.parse({}));
const again = (book: MetricBook) => new MetricBook(keptBook.parse(JSON.parse(JSON.stringify(book.kept))));
const commands = { family: "waddlebot_commands_total", labels: { command: "ping" }, value: 2 };
const reply = (seconds: number, platform = "twitch") => {
  const buckets = [...secondsBuckets, Number.POSITIVE_INFINITY].map((bound, at) =>
    Number(seconds <= bound && seconds > (secondsBuckets[at - 1] ?? 0)),
  );
  return { family: "waddlebot_reply_duration_seconds", labels: { platform }, value: seconds, buckets };
};

test("figures add up, and a new life of the object goes on where the last one was", () => {
  const book = empty();
  book.add([commands, commands], noon);
  const next = again(book);
  next.add([commands], noon);
  expect(next.read()).toEqual([{ ...commands, value: 6 }]);
});

test("a family nobody declared and series beyond the bound are counted as refused, known ones go on", () => {
  const book = empty();
  const many = Array.from({ length: 2100 }, (_, at) => ({ ...commands, labels: { command: `c${at}` } }));
  book.add(
    [{ ...commands, family: "waddlebot_made_up" }, ...many, { ...commands, labels: { command: "c1" } }],
    noon,
  );
  const figures = book.read();
  expect(figures.length).toBeLessThanOrEqual(2001);
  expect(figures.find(({ labels }) => labels["command"] === "c1")?.value).toBe(4);
  // Of 2,100 names one more than 1,999 fits beside the refused ones' own series.
  expect(figures.find(({ family }) => family.includes("refused"))?.value).toBe(102);
});

test("replies are kept by hour and platform for a day, and their p50 and p95 are read from buckets", () => {
  const book = empty();
  for (let n = 0; n < 19; n++) book.add([reply(0.2)], noon);
  book.add([reply(4)], noon);
  book.add([reply(0.2, "slack")], noon + 3_600_000);
  const [twitch, slack] = again(book).status(noon + 3_600_000).replies;
  expect(twitch).toMatchObject({ platform: "twitch", hour: noon, replies: 20 });
  expect(twitch?.p50Seconds).toBeGreaterThan(0.1);
  expect(twitch?.p50Seconds).toBeLessThanOrEqual(0.25);
  expect(twitch?.p95Seconds).toBeLessThanOrEqual(0.25);
  expect(slack).toMatchObject({ platform: "slack", replies: 1 });
  expect(book.status(noon + 24 * 3_600_000).replies.map(({ platform }) => platform)).toEqual(["slack"]);
});

test("minutes are good or not; what is wrong is one incident until it is over, also over a new life", () => {
  const book = empty();
  book.noteMinute(noon, []);
  book.noteMinute(noon, []);
  book.noteMinute(noon + minute, ["database"]);
  const next = again(book);
  next.noteMinute(noon + 2 * minute, ["database"]);
  next.noteMinute(noon + 3 * minute, ["database", "sender"]);
  next.noteMinute(noon + 4 * minute, []);
  expect(next.status(noon)).toMatchObject({
    since: noon,
    minutesSeen: 5,
    minutesGood: 2,
    incidents: [
      { from: noon + 3 * minute, until: noon + 4 * minute, what: "database, sender" },
      { from: noon + minute, until: noon + 3 * minute, what: "database" },
    ],
  });
});

test("one minute without a look is the clock's; three are an incident and not good", () => {
  const book = empty();
  book.noteMinute(noon, []);
  book.noteMinute(noon + 2 * minute, []);
  expect(book.status(noon)).toMatchObject({ minutesSeen: 3, minutesGood: 3, incidents: [] });
  book.noteMinute(noon + 6 * minute, []);
  expect(book.status(noon)).toMatchObject({
    minutesSeen: 7,
    minutesGood: 4,
    incidents: [{ from: noon + 3 * minute, until: noon + 6 * minute, what: "not reached" }],
  });
});

test("figures that could not be told are told next time, once", async () => {
  const book = empty();
  const post = new MeterPost();
  post.count("waddlebot_messages_total", { platform: "irc" }, 3);
  await post.send(() => ({ add: () => Promise.reject(new Error("away")) }), noon, 0);
  post.count("waddlebot_messages_total", { platform: "irc" });
  const to = () => ({ add: async (samples: Parameters<MetricBook["add"]>[0]) => book.add(samples, noon) });
  await post.send(to, noon + 5000, 10_000);
  expect(book.read()).toEqual([]);
  await post.send(to, noon + 11_000, 10_000);
  await post.send(to, noon + 30_000, 0);
  expect(book.read()).toEqual([
    { family: "waddlebot_messages_total", labels: { platform: "irc" }, value: 4 },
  ]);
});
