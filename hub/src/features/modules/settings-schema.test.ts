import { expect, test } from "vitest";
import * as z from "zod";
import { fieldsOf, heldValue, settingsFrom } from "./settings-schema.ts";

const schema = z.toJSONSchema(
  z.object({
    greeting: z.string().max(200).default("hi").describe("Said first"),
    maxWarnings: z.int().min(1).max(10).default(3),
    isLoud: z.boolean().default(false),
    mode: z.enum(["soft", "hard"]).default("soft"),
    words: z.array(z.string()).default([]),
  }),
  { io: "input" },
);
const fields = fieldsOf(schema);

test("a form has a field for every setting, of the kind its schema says, with words people read", () => {
  expect(fields.map(({ name, label, kind }) => [name, label, kind])).toEqual([
    ["greeting", "Greeting", "text"],
    ["maxWarnings", "Max warnings", "number"],
    ["isLoud", "Is loud", "switch"],
    ["mode", "Mode", "choice"],
    ["words", "Words", "json"],
  ]);
  expect(fields[1]).toMatchObject({ min: 1, max: 10, usual: 3 });
});

test("the form begins with what is set, else with the usual; what is usual is not saved", () => {
  const values = Object.fromEntries(
    fields.map((field) => [field.name, heldValue(field, { greeting: "ahoy" })]),
  );
  expect(values).toEqual({ greeting: "ahoy", maxWarnings: 3, isLoud: false, mode: "soft", words: "[]" });
  expect(settingsFrom(fields, { ...values, isLoud: true, words: '["a"]' })).toEqual({
    ok: true,
    settings: { greeting: "ahoy", isLoud: true, words: ["a"] },
  });
});

test("what is no JSON names its field, and what is no schema has none", () => {
  expect(settingsFrom(fields, { words: "[" })).toEqual({ ok: false, field: "words" });
  expect(fieldsOf(null)).toEqual([]);
});
