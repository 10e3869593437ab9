import { describe, expect, test } from "vitest";
import type { Execution } from "#contracts/execution";
import { en } from "../../texts/en.ts";
import { anExecution, aReply } from "./execution-builder.ts";
import { explainSilence, layBars, sayMs } from "./explain.ts";

describe("why nothing was said", () => {
  const cases: [string, Partial<Execution>, string][] = [
    ["plain chat", { status: "ignored", trigger: { kind: "none", text: "hello" } }, en.silence.plain],
    ["an unknown command", { status: "ignored" }, en.silence.unknownCommand],
    ["an unknown command, refused", { status: "refused", code: "not_found" }, en.silence.unknownCommand],
    ["a quiet event", { status: "ignored", trigger: { kind: "event", text: "raid" } }, en.silence.event],
    ["missing rights", { status: "refused", code: "forbidden" }, en.silence.forbidden],
    ["a cooldown", { status: "refused", code: "cooldown" }, en.silence.cooldown],
    ["a reason we have no words for", { status: "refused", code: "conflict" }, en.silence.refused],
    ["a slow module", { status: "failed", code: "timeout" }, en.silence.timeout],
    ["a broken module", { status: "failed", code: "internal" }, en.silence.failed],
    ["nothing to say", {}, en.silence.quiet],
    ["an overlay reply", { responses: [aReply({ type: "ticker" })] }, en.silence.overlayOnly],
    ["a reply under way", { responses: [aReply()] }, en.silence.onItsWay],
    ["a reply nobody took", { responses: [aReply({ state: "failed" })] }, en.silence.undelivered],
    ["a reply nobody confirmed", { responses: [aReply({ state: "unknown" })] }, en.silence.uncertain],
  ];
  test.each(cases)("%s", (_, facts, sentence) => {
    expect(explainSilence(anExecution(facts), en)).toBe(sentence);
  });

  test("an ignored line is explained in our words: the router's reason is a note for developers", () => {
    const plain = anExecution({
      status: "ignored",
      trigger: { kind: "none", text: "" },
      message: "not a command",
    });
    expect(explainSilence(plain, en)).toBe(en.silence.plain);
  });

  test("the bot's own words win", () => {
    const refused = anExecution({ status: "refused", code: "cooldown", message: "Wait 4 seconds." });
    expect(explainSilence(refused, en)).toBe("Wait 4 seconds.");
  });
});

test("bars follow each other and fill the whole", () => {
  const bars = layBars([
    { name: "inbox", ms: 1 },
    { name: "module", ms: 3 },
  ]);
  expect(bars).toEqual([
    { name: "inbox", ms: 1, offset: 0, width: 25 },
    { name: "module", ms: 3, offset: 25, width: 75 },
  ]);
  expect(layBars([{ name: "plan", ms: 0 }])).toEqual([{ name: "plan", ms: 0, offset: 0, width: 0 }]);
});

test("times are said no finer than they were measured", () => {
  expect([0, 0.4, 1.44, 12.6, 1500].map((ms) => sayMs(ms, "en"))).toEqual([
    "< 1 ms",
    "< 1 ms",
    "1.4 ms",
    "13 ms",
    "1,500 ms",
  ]);
  expect(sayMs(1.44, "de")).toBe("1,4 ms");
});
