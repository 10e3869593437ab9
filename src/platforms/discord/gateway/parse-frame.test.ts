import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { gatewayFrame } from "#contracts/gateway";
import { forwarded, voiceState } from "#gateway/discord/dispatch-types";
import { parseFrame } from "#platforms/discord/gateway/parse-frame";
import { platform } from "#platforms/discord/index";
import { pointsFor } from "#router/points";
import { breakTexts, poison } from "#test/suites/payload-mutations";

const folder = new URL("./fixtures/", import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
const names = readdirSync(folder)
  .filter((file) => !file.endsWith(".expected.json"))
  .map((file) => file.replace(/\.json$/, ""));

/** A recorded dispatch with everything Discord sends in it, and what the gateway process adds. */
const recorded = gatewayFrame.omit({ raw: true }).extend({
  raw: z.looseObject({ t: z.string(), d: z.record(z.string(), z.unknown()) }),
});
const fixture = (name: string) => recorded.parse(read(`${name}.json`));
type Recorded = ReturnType<typeof fixture>;
const asFrame = ({ raw, ...frame }: Omit<Recorded, "raw"> & { raw: unknown }) => ({
  ...frame,
  raw: JSON.stringify(raw),
});
const parse = (name: string) => parseFrame(asFrame(fixture(name)));

/** What the gateway process would send up of it. */
function slim({ raw, ...frame }: Recorded): Recorded | undefined {
  const schema = { ...forwarded, VOICE_STATE_UPDATE: voiceState }[raw.t];
  const d = schema?.safeParse(raw.d).data;
  const { op: _, s: __, ...added } = raw;
  return d && { ...frame, raw: { ...added, d } };
}

describe("gateway frames", () => {
  test.each(names)("%s", (name) => {
    expect(parse(name)).toEqual(read(`${name}.expected.json`));
  });

  test.each(names.filter((name) => name !== "unknown-type"))(
    "%s loses nothing when it is made small",
    (name) => {
      const small = slim(fixture(name));
      expect(small).toBeDefined();
      if (!small) return;
      expect(JSON.stringify(small.raw).length).toBeLessThan(JSON.stringify(fixture(name).raw).length);
      expect(parseFrame(asFrame(small))).toEqual(read(`${name}.expected.json`));
    },
  );

  test("every type the gateway forwards has a fixture with an event", () => {
    const seen = names.filter((name) => parse(name).length > 0).map((name) => fixture(name).raw.t);
    expect(new Set(seen)).toEqual(new Set([...Object.keys(forwarded), "VOICE_STATE_UPDATE"]));
  });

  test("DIS-5 a line in a guild channel is a chatMessage of that channel; the bot's own and other bots' are none", () => {
    expect(platform.parseFrame?.(asFrame(fixture("message")), {})).toMatchObject([
      { type: "chatMessage", entityId: "discord:720000000000000001:720000000000000002", text: "!help me" },
    ]);
    for (const name of ["message-own", "message-other-bot", "message-webhook"])
      expect(parse(name)).toEqual([]);
  });

  test("DIS-3 3 min 20 s in voice are a join, three minutes and a leave", () => {
    expect(parse("voice-join")).toMatchObject([{ type: "voice_join" }]);
    expect(parse("voice-leave")).toMatchObject([{ type: "voice_time", minutes: 3 }, { type: "voice_leave" }]);
    const events = [...parse("voice-join"), ...parse("voice-leave")];
    expect(events.map((event) => [event.type, pointsFor(event)])).toEqual([
      ["voice_join", 8],
      ["voice_time", 3],
      ["voice_leave", 0],
    ]);
  });

  test("DIS-3 who changes the channel is paid the minutes and no second join", () => {
    expect(parse("voice-move").map(pointsFor)).toEqual([2, 0]);
  });

  test("a line, a reaction, a join and a boost earn what the specification says", () => {
    const points = ["message", "reaction", "member-join", "boost"].map((name) => parse(name).map(pointsFor));
    expect(points).toEqual([[5], [2], [10], [100]]);
  });

  test("RCV-3 the same event under another frame id has the same event id where Discord gives one", () => {
    for (const name of ["message", "boost", "reaction", "member-join"]) {
      const ids = ["a:1", "b:2"].map((id) => parseFrame({ ...asFrame(fixture(name)), id })[0]?.id);
      expect(new Set(ids).size).toBe(1);
    }
  });

  test("a reaction taken back and given again is one event, by somebody else another", () => {
    const one = fixture("reaction");
    const other = { ...one, raw: { ...one.raw, d: { ...one.raw.d, user_id: "710000000000000005" } } };
    expect(parseFrame(asFrame(other))[0]?.id).not.toBe(parse("reaction")[0]?.id);
  });

  test("unknown fields and __proto__ keys change nothing", () => {
    for (const name of names) {
      const frame = fixture(name);
      expect(parseFrame(asFrame({ ...frame, raw: poison(frame.raw) }))).toEqual(parse(name));
    }
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("lone surrogates come out well-formed or not at all", () => {
    for (const broken of names.flatMap((name) => breakTexts(fixture(name)))) {
      const frame = recorded.safeParse(broken).data;
      if (frame) expect(JSON.stringify(parseFrame(asFrame(frame)))).not.toMatch(/\\ud[89a-f]/i);
    }
  });

  test("whatever a frame holds, nothing is thrown", () => {
    const base = asFrame(fixture("message"));
    const types = fc.constantFrom(...names.map((name) => fixture(name).raw.t), "__proto__", "constructor");
    const raw = fc.oneof(
      fc.string(),
      fc.json(),
      fc.tuple(types, fc.jsonValue()).map(([t, d]) => JSON.stringify({ t, d })),
    );
    fc.assert(fc.property(raw, (text) => Array.isArray(parseFrame({ ...base, raw: text }))));
  });
});
