import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { moduleResult } from "#contracts/module";
import { interpretReply } from "#executors/interpret-reply";
import { plainText } from "#executors/plain-text";

const interpret = (value: unknown) =>
  interpretReply({ status: 200, headers: {}, body: JSON.stringify(value) ?? "" }, "weather", 0);
const says = (...texts: string[]) => ({
  ok: true,
  value: { responses: texts.map((text) => ({ type: "chat", text })), effects: [] },
});

describe("the SDK's shape", () => {
  test.each([
    [{ success: true, message: "rain" }, says("rain")],
    [{ success: true, message: "rain", data: { a: 1 }, error: null, targets: ["chat"] }, says("rain")],
    [{ success: true }, says()],
    [{ success: true, message: " \u0000 " }, says()],
    [{ success: true, message: "two\nlines" }, says("two\nlines")],
  ])("%j", (value, expected) => {
    expect(interpret(value)).toEqual(expected);
  });

  test.each([
    [{ success: false, error: "You have no points left." }, "You have no points left."],
    [{ success: false, message: "Try later.", error: null }, "Try later."],
    [{ success: false }, "The weather module could not do that."],
    [{ success: false, error: "TypeError: x\n    at run (/srv/app.js:1:2)" }, "TypeError: x"],
  ])("a failure is final and said in its own words: %j", (value, message) => {
    expect(interpret(value)).toEqual({ ok: false, code: "bad_request", message, httpStatus: 200 });
  });
});

describe("our own shape", () => {
  test("every kind of response passes, with defaults filled in", () => {
    const url = "https://cdn.example/rain.mp4";
    const responses = [
      { type: "chat", text: "rain" },
      { type: "media", mediaType: "video", url },
      { type: "ticker", text: "rain" },
      {
        type: "form",
        title: "Where?",
        fields: [{ name: "city", type: "text", label: "City" }],
        submitUrl: "/x",
      },
      { type: "general", content: "rain" },
    ];
    expect(interpret({ responses })).toEqual({
      ok: true,
      value: moduleResult.parse({ responses }),
    });
  });

  test("threat 18: HTML is text, mentions are letters, direction overrides are gone", () => {
    const html = "<img src=x onerror=alert(1)>";
    expect(interpret({ responses: [{ type: "general", contentType: "html", content: html }] })).toMatchObject(
      {
        value: { responses: [{ contentType: "text", content: html }] },
      },
    );
    expect(interpret({ success: true, message: "@everyone <!channel> \u202Eevil\u0007" })).toEqual(
      says("@everyone <!channel> evil"),
    );
  });

  test("threat 18: it causes no effects: a stranger's answer may not run commands as the user who asked", () => {
    const effects = [
      { type: "command.execute", text: "!give stranger 1000" },
      {
        type: "command.register",
        prefix: "!",
        name: "give",
        handler: "steal",
        description: "",
        usage: "",
        permissionLevel: "everyone",
      },
    ];
    expect(interpret({ responses: [{ type: "chat", text: "hi" }], effects })).toEqual(says("hi"));
  });
});

describe("anything else", () => {
  test.each([
    [null],
    [[]],
    ["rain"],
    [{}],
    [{ success: "true", message: "rain" }],
    [{ success: true, message: { html: "x" } }],
    [{ responses: "rain" }],
    [{ responses: [{ type: "shell", text: "rm" }] }],
    [{ responses: [{ type: "media", mediaType: "video", url: "javascript:alert(1)" }] }],
    [{ responses: Array.from({ length: 11 }, () => ({ type: "chat", text: "x" })) }],
  ])("%j is no answer", (value) => {
    expect(interpret(value)).toMatchObject({ ok: false, code: "internal" });
  });

  test.each(["", "{", "<html>", "\u0000"])("%j is no answer", (body) => {
    expect(interpretReply({ status: 200, headers: {}, body }, "weather", 0)).toMatchObject({
      code: "internal",
    });
  });

  test("whatever comes, the outcome fits the contract and nothing is thrown", () => {
    const loose = fc.record(
      {
        success: fc.oneof(fc.boolean(), fc.jsonValue()),
        message: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
        error: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
        responses: fc.array(
          fc.record({
            type: fc.constantFrom("chat", "ticker", "general"),
            text: fc.string({ unit: "binary" }),
          }),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(loose, fc.jsonValue()), (value) => {
        const outcome = interpret(value);
        if (outcome.ok) moduleResult.parse(outcome.value);
        else expect(outcome.message).not.toBe("");
      }),
    );
  });
});

test("plainText cuts at the length and never through a character", () => {
  expect(plainText("a🐧b", 2)).toBe("a");
  expect(plainText("  a\tb\r\nc\u2028d\u0085e  ", 99)).toBe("a b \nc de");
  expect(plainText("\uD800x", 99)).toBe("\uFFFDx");
});
