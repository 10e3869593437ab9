import { describe, expect, test } from "vitest";
import type { InteractiveResult } from "#contracts/platform";
import type { FormResponse } from "#contracts/response";
import { typedLine } from "#platforms/discord/command-text";
import { toModal } from "#platforms/discord/modal";
import { reply } from "#platforms/discord/reply";
import { suggest } from "#platforms/discord/suggest";
import { command } from "#platforms/discord/wire";
import { aChatEvent } from "#test/fakes/events";

const typing = (name: string, value: string, more: object = {}) =>
  typedLine(command.parse({ name, options: [{ name: "text", type: 3, value, focused: true, ...more }] }));

describe("autocomplete", () => {
  test.each([
    ["quote", "ad", { typed: "!quote ad", leaveOut: "!quote " }],
    ["waddlebot", "qu", { typed: "!qu", leaveOut: "" }],
    ["waddlebot", "#so", { typed: "#so", leaveOut: "" }],
    ["wb", "", { typed: "!", leaveOut: "" }],
  ])("/%s %s is the line %j so far", (name, value, line) => {
    expect(typing(name, value)).toEqual(line);
  });

  test("another option than text, or one nobody is typing in, suggests nothing", () => {
    expect(typing("so", "bob", { name: "user" })).toBeUndefined();
    expect(typing("so", "bob", { focused: false })).toBeUndefined();
  });

  test("choices hold 100 characters, 25 at most, and a value is never cut", () => {
    const long = { line: `!quote ${"x".repeat(120)}`, description: "d" };
    const fine = Array.from({ length: 40 }, (_, n) => ({
      line: `!quote ${n}`,
      description: "d".repeat(200),
    }));
    const { data } = JSON.parse(suggest([long, ...fine], "!quote ").body);
    expect(data.choices).toHaveLength(25);
    expect(data.choices[0].value).toBe("0");
    expect(data.choices.every(({ name }: { name: string }) => name.length <= 100)).toBe(true);
  });
});

describe("forms", () => {
  const form = (more: Partial<FormResponse> = {}): FormResponse => ({
    type: "form",
    title: "Report",
    fields: [
      { name: "what", type: "textarea", label: "What happened?", required: true },
      { name: "how", type: "radio", label: "How bad?", required: true, options: ["a little", "very"] },
      { name: "when", type: "date", label: "L".repeat(60), required: false },
    ],
    submitUrl: "memories:report:7",
    submitMethod: "POST",
    ...more,
  });

  test("become a modal with a label for each field", () => {
    expect(toModal(form())).toMatchObject({
      custom_id: "memories:report:7",
      title: "Report",
      components: [
        { type: 18, component: { type: 4, custom_id: "what", style: 2, required: true, max_length: 4000 } },
        { component: { type: 3, custom_id: "how", options: [{ value: "a little" }, { value: "very" }] } },
        { label: expect.stringMatching(/^L{44}…$/), component: { placeholder: "2026-12-31" } },
      ],
    });
  });

  const odd: [string, Partial<FormResponse>][] = [
    [
      "six fields",
      {
        fields: Array.from({ length: 6 }, (_, n) => ({
          name: `f${n}`,
          type: "text",
          label: "l",
          required: false,
        })),
      },
    ],
    ["no field", { fields: [] }],
    ["a choice without options", { fields: [{ name: "x", type: "select", label: "x", required: false }] }],
    ["an address elsewhere", { submitUrl: "https://example.org/form" }],
    ["an id of more than 100", { submitUrl: `memories:report:${"x".repeat(100)}` }],
  ];
  test.each(odd)("with %s are no modal", (_, more) => {
    expect(toModal({ ...form(), ...more })).toBeUndefined();
  });

  test("answer a click, but never another form", () => {
    const result: InteractiveResult = { kind: "replies", replies: [], form: form() };
    const click = { ...aChatEvent(), type: "button_click", customId: "memories:ask", values: {} } as const;
    expect(JSON.parse(reply(result, click).body)).toMatchObject({ type: 9 });
    const again = { ...click, type: "modal_submit" } as const;
    expect(JSON.parse(reply(result, again).body)).toMatchObject({ type: 4 });
  });
});
