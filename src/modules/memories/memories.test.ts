import { describe, expect, test } from "vitest";
import { makeFake } from "#modules/memories/fake";
import { makeChannelLoop } from "#test/fakes/channel-loop";

const moderator = { name: "m1", role: "moderator" as const };
const viewer = { name: "u1" };

async function aChannel({ quotes = [], dice = 0 }: { quotes?: string[]; dice?: number } = {}) {
  const channel = makeChannelLoop([makeFake({ dice })]);
  for (const text of quotes) await channel.say(`!quote add ${text}`, moderator);
  return channel;
}

describe("adding", () => {
  test("MEM-6 a member without the label is refused, with the label memories accepted", async () => {
    const channel = await aChannel();
    const refused = await channel.say('!quote add "no"', viewer);
    expect(refused.outcome).toMatchObject({ ok: false, code: "forbidden" });
    expect(refused.said).toEqual(["Adding quotes is for moderators and people with the label memories."]);
    expect((await channel.say("!memories list", viewer)).said).toEqual(["There are no quotes yet."]);

    const labelled = { ...viewer, permissions: ["memories"] };
    expect((await channel.say('!memories add quote "yes"', labelled)).said).toEqual(["Quote #1 saved"]);
  });

  test("answers in chat and over the stream", async () => {
    const { outcome } = await (await aChannel()).say('!quote add "It works" - Ada Lovelace', moderator);
    expect(outcome).toEqual({
      ok: true,
      value: {
        responses: [
          { type: "chat", text: "Quote #1 saved" },
          {
            type: "ticker",
            text: "New quote #1 “It works” — Ada Lovelace",
            durationSeconds: 10,
            priority: 100,
          },
        ],
        effects: [],
      },
    });
  });

  test("the same event again adds nothing and answers the same", async () => {
    const channel = await aChannel();
    const author = { ...moderator, eventId: "twitch:same/memories/0" };
    const first = await channel.say('!quote add "once"', author);
    expect((await channel.say('!quote add "once"', author)).outcome).toEqual(first.outcome);
    expect((await channel.say("!quote list", viewer)).said).toEqual(["One quote: #1 “once”"]);
  });

  test.each([
    ['"text" Ada', "#1 “text” — Ada"],
    ['"text"', "#1 “text” — Unknown"],
    ["no quotes at all", "#1 “no quotes at all” — Unknown"],
    ["“curly ones” Bob", "#1 “curly ones” — Bob"],
    ['"two\u202E lines" x', "#1 “two lines” — x"],
  ])("reads %j", async (typed, shown) => {
    const channel = await aChannel({ quotes: [typed] });
    expect((await channel.say("!quote 1", viewer)).said).toEqual([shown]);
  });

  test("keeps long texts, shows them cut with number and author", async () => {
    const channel = await aChannel({ quotes: [`"${"a".repeat(4900)}" Ada`] });
    const { said, outcome } = await channel.say("!quote", viewer);
    expect(said[0]).toHaveLength(500);
    expect(said[0]).toMatch(/^#1 “a+…” — Ada$/);
    const ticker = outcome.ok ? outcome.value.responses[1] : undefined;
    expect(ticker?.type === "ticker" ? ticker.text.length : 0).toBe(200);
  });

  test("refuses no text and an author of 101 characters", async () => {
    const channel = await aChannel();
    expect((await channel.say('!quote add ""', moderator)).outcome).toMatchObject({ code: "bad_request" });
    expect((await channel.say(`!quote add "x" ${"y".repeat(101)}`, moderator)).said).toEqual([
      "An author's name has at most 100 characters.",
    ]);
  });
});

describe("reading", () => {
  test("!quote and !quotes choose by the die, and the overlay moves", async () => {
    const channel = await aChannel({ quotes: ["one", "two", "three"], dice: 0.5 });
    for (const line of ["!quote", "!quotes", "!memories quotes"]) {
      const { outcome } = await channel.say(line, viewer);
      expect(outcome).toMatchObject({
        value: {
          responses: [
            { type: "chat", text: "#2 “two” — Unknown" },
            { type: "ticker", text: "#2 “two” — Unknown" },
          ],
        },
      });
    }
  });

  test("without quotes the reply says how to add one", async () => {
    expect((await (await aChannel()).say("!quote", viewer)).said).toEqual([
      'There are no quotes yet. A moderator adds one with !quote add "text" [author].',
    ]);
  });

  test("a search shows one quote in full and several in short", async () => {
    const channel = await aChannel({ quotes: ['"the run begins" Ada', '"the end" Bob'] });
    expect((await channel.say("!quote search run", viewer)).said).toEqual(["#1 “the run begins” — Ada"]);
    expect((await channel.say('!memories search "the"', viewer)).said).toEqual([
      "Quotes for “the”: #2 “the end” · #1 “the run begins”",
    ]);
    expect((await channel.say("!quote search nothing", viewer)).said).toEqual([
      "No quote found for “nothing”.",
    ]);
  });

  test.each(["!quote 7", "!quote #7", "!memories get 7"])("%s says that there is none", async (line) => {
    const { outcome, said } = await (await aChannel()).say(line, viewer);
    expect(outcome).toMatchObject({ ok: false, code: "not_found" });
    expect(said).toEqual(["There is no quote #7."]);
  });

  test.each(["!quote funny", "!quote 3 4", "!memories", "!memories add url x y", "!memories list url"])(
    "%s is answered with what does work",
    async (line) => {
      const { outcome, said } = await (await aChannel()).say(line, moderator);
      expect(outcome).toMatchObject({ ok: false, code: "bad_request" });
      expect(said[0]).toMatch(/^Use: !(quote|memories)/);
    },
  );
});

describe("deleting", () => {
  test("is for moderators, takes the quote out of sight and never gives its number again", async () => {
    const channel = await aChannel({ quotes: ["one", "two"] });
    expect((await channel.say("!quote delete 2", viewer)).outcome).toMatchObject({ code: "forbidden" });
    expect((await channel.say("!quote delete #2", moderator)).said).toEqual(["Quote #2 deleted"]);
    expect((await channel.say("!quote 2", viewer)).said).toEqual(["There is no quote #2."]);
    expect((await channel.say("!memories delete 2", moderator)).said).toEqual(["There is no quote #2."]);
    expect((await channel.say("!quote add three", moderator)).said).toEqual(["Quote #3 saved"]);
  });
});
