import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FormResponse, moduleResponse } from "#contracts/response";
import { actions, context, fields, header, image, section } from "#platforms/slack/blocks/blocks";
import { button, menu } from "#platforms/slack/blocks/elements";
import { fitMessage } from "#platforms/slack/blocks/fit-message";
import { toBlocks } from "#platforms/slack/blocks/response-blocks";
import { escapeWithin } from "#platforms/slack/blocks/text";
import { noteModal, toModal } from "#platforms/slack/blocks/to-modal";
import { readModal, refuseBlocks } from "#simulators/slack/block-limits";
import { findLiveMention, showSlackText, textsOf } from "#simulators/slack/text";

/** Words, what is dangerous in them, and what breaks counting: entities, lone surrogates, families. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc
    .constantFrom("&", "<", "🦆", "\ud83e", "👨‍👩‍👧‍👦", " ", "\n", "<!channel>")
    .chain((piece) => fc.integer({ min: 0, max: 4000 }).map((times) => piece.repeat(times))),
);
const anyOptions = fc.array(anyText, { maxLength: 130 });
const anyElement = fc.oneof(
  fc
    .record({ text: anyText, customId: fc.constantFrom("a:b:c", "poll:vote:1", "nowhere", "a:b:x") })
    .map(button),
  fc
    .record({
      customId: fc.constantFrom("a:m:1", "a:m:2"),
      placeholder: anyText,
      options: anyOptions,
      isMultiple: fc.boolean(),
    })
    .map(menu),
);
const anyBlock = fc.oneof(
  anyText.map((text) => [section(text)]),
  anyText.map((text) => [header(text)]),
  fc.array(anyText, { minLength: 1, maxLength: 14 }).map((texts) => [context(...texts)]),
  fc.array(anyText, { maxLength: 14 }).map((texts) => [fields(texts)]),
  anyText.map((text) => [image("https://a.example/x.png", text)]),
  fc.array(anyElement, { maxLength: 60 }).map(actions),
);

const isHarmless = (blocks: unknown) => textsOf(blocks).every((text) => findLiveMention(text) === undefined);

describe("blocks", () => {
  test("whatever is put in, Slack takes the message, and nothing in it is live", () => {
    fc.assert(
      fc.property(fc.array(anyBlock, { minLength: 1, maxLength: 70 }), (all) => {
        const blocks = fitMessage(all.flat());
        if (blocks.length === 0) return;
        expect(refuseBlocks(blocks)).toBeUndefined();
        expect(isHarmless(blocks)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("what Slack has no room for is left out with a word about it", () => {
    const many = Array.from({ length: 60 }, (_, at) => section(`line ${at}`));
    expect(fitMessage(many)).toHaveLength(50);
    const long = fitMessage(Array.from({ length: 10 }, () => section("x".repeat(3000))));
    expect(long).toHaveLength(4);
    expect(JSON.stringify(long.at(-1))).toContain("no room");
    expect(fitMessage([section("a"), undefined])).toEqual([section("a")]);
  });

  test("an escaped text fits, is whole entities, and shows a beginning of what was written", () => {
    const longest = fc.integer({ min: 10, max: 300 });
    fc.assert(
      fc.property(anyText, longest, (text, limit) => {
        const escaped = escapeWithin(text, limit);
        expect(escaped.length).toBeLessThanOrEqual(limit);
        expect(escaped).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        const shown = showSlackText(escaped);
        expect(text.toWellFormed().trim().startsWith(shown.replace(/…$/, ""))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("a button that leads nowhere is none; of two with one id the later stays", () => {
    expect(button({ text: "x", customId: "nowhere" })).toBeUndefined();
    expect(button({ text: "x", customId: "a:b:", url: "javascript:alert(1)" })).toBeUndefined();
    expect(menu({ customId: "a:b:", placeholder: "x", options: [] })).toBeUndefined();
    expect(menu({ customId: "a:b:", placeholder: "Who", of: "users" })).toMatchObject({
      type: "users_select",
    });
    const twice = [button({ text: "one", customId: "a:b:" }), button({ text: "two", customId: "a:b:" })];
    expect(actions(twice)).toMatchObject([{ elements: [{ text: { text: "two" } }] }]);
  });
});

describe("what a module shows", () => {
  test.each([
    [{ type: "chat", text: "a < b" }, "section"],
    [{ type: "ticker", text: "raid!" }, "context"],
    [{ type: "media", mediaType: "image", url: "https://a.example/x.png" }, "image"],
    [{ type: "media", mediaType: "video", url: "https://a.example/x.mp4" }, "header,section"],
    [{ type: "general", content: "x".repeat(5000) }, "section,section"],
  ])("%o becomes %s", (response, types) => {
    const parsed = moduleResponse.parse(response);
    const blocks = parsed.type === "form" ? [] : toBlocks(parsed);
    expect(blocks.map(({ type }) => type).join()).toBe(types);
    expect(refuseBlocks(fitMessage(blocks))).toBeUndefined();
  });

  test("of a page only the words are shown", () => {
    const content = "<h1>Hi</h1><script>alert('<!channel>')</script><p>a &amp; <b>b</b></p>";
    const response = moduleResponse.parse({ type: "general", contentType: "html", content });
    expect(response.type === "form" ? [] : toBlocks(response)).toEqual([section("Hi\n a & b")]);
  });
});

describe("a form", () => {
  const types = [
    "text",
    "textarea",
    "select",
    "multiselect",
    "radio",
    "checkbox",
    "number",
    "email",
    "url",
    "date",
    "time",
  ] as const;
  const aForm = (changes: Partial<FormResponse> = {}): FormResponse => ({
    type: "form",
    title: "A title that is longer than 24 letters",
    fields: types.map((type) => ({ name: type, type, label: type, required: true, options: ["a", "b"] })),
    submitUrl: "feedback:send:3",
    submitMethod: "POST",
    ...changes,
  });

  test("every kind of field has its element, and Slack takes the modal", () => {
    const modal = toModal(aForm(), "C1");
    expect(readModal(modal)).toMatchObject({ ok: true });
    const elements = modal?.blocks.flatMap((block) => (block.type === "input" ? [block.element.type] : []));
    expect(elements).toEqual([
      "plain_text_input",
      "plain_text_input",
      "static_select",
      "multi_static_select",
      "radio_buttons",
      "checkboxes",
      "number_input",
      "email_text_input",
      "url_text_input",
      "datepicker",
      "timepicker",
    ]);
  });

  test.each<[string, Partial<FormResponse>]>([
    ["an address of its own", { submitUrl: "https://a.example/" }],
    ["no field", { fields: [] }],
    ["two fields of one name", { fields: [field("a"), field("a")] }],
    ["a list without choices", { fields: [{ ...field("a"), type: "select" }] }],
    ["choices that are equal once cut", { fields: [{ ...field("a"), type: "select", options: twins() }] }],
  ])("with %s is none", (_, changes) => {
    expect(toModal(aForm(changes), "C1")).toBeUndefined();
  });

  test("any form is a modal Slack takes, with nothing live in it, or none", () => {
    const anyField = fc.record({
      name: fc.string({ unit: "binary", minLength: 1, maxLength: 100 }),
      type: fc.constantFrom(...types),
      label: fc.string({ unit: "binary", maxLength: 255 }),
      required: fc.boolean(),
      options: fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 255 }), { maxLength: 100 }),
    });
    fc.assert(
      fc.property(anyText, fc.array(anyField, { maxLength: 50 }), (title, all) => {
        const modal = toModal(aForm({ title, description: title.slice(0, 2000), fields: all }), "C1");
        if (modal) expect(readModal(modal)).toMatchObject({ ok: true });
        expect(isHarmless(modal)).toBe(true);
        expect(readModal(noteModal(title, title))).toMatchObject({ ok: true });
      }),
      { numRuns: 150 },
    );
  });

  function field(name: string) {
    return { name, type: "text" as const, label: "l", required: false };
  }
  function twins() {
    return [`${"x".repeat(80)}1`, `${"x".repeat(80)}2`];
  }
});
