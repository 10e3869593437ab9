import * as z from "zod";

/** What of a JSON Schema a form is made of; the rest of it is the server's to check. */
const property = z.looseObject({
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
});
const objectSchema = z.looseObject({ properties: z.record(z.string(), property).default({}) });

export type FieldKind = "text" | "number" | "switch" | "choice" | "json";

export interface SettingField {
  name: string;
  label: string;
  hint: string | undefined;
  kind: FieldKind;
  choices: readonly string[];
  min: number | undefined;
  max: number | undefined;
  /** What holds where nothing is set. */
  usual: unknown;
}

/** The fields of a module's form, in the order of its schema. */
export function fieldsOf(schema: unknown): SettingField[] {
  const parsed = objectSchema.safeParse(schema);
  if (!parsed.success) return [];
  return Object.entries(parsed.data.properties).map(([name, one]) => ({
    name,
    label: one.title ?? labelOf(name),
    hint: one.description,
    kind: kindOf(one),
    choices: one.enum ?? [],
    min: one.minimum,
    max: one.maximum,
    usual: one.default,
  }));
}

function kindOf({ type, enum: choices }: z.infer<typeof property>): FieldKind {
  if (choices) return "choice";
  if (type === "string") return "text";
  if (type === "boolean") return "switch";
  return type === "number" || type === "integer" ? "number" : "json";
}

/** `rewardName` becomes “Reward name”. */
function labelOf(name: string): string {
  const words = name
    .replaceAll(/([A-Z])/g, " $1")
    .replaceAll("_", " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the form holds of a setting: its value, or the usual one. */
export function heldValue(field: SettingField, settings: Readonly<Record<string, unknown>>): unknown {
  const value = settings[field.name] ?? field.usual;
  if (field.kind === "json") return value === undefined ? "" : JSON.stringify(value, null, 2);
  if (field.kind === "switch") return value === true;
  return value ?? "";
}

export type ReadSettings = { ok: true; settings: Record<string, unknown> } | { ok: false; field: string };

/** What is to be saved: a field that holds the usual value, or nothing, is left out, so that a better usual one reaches it. */
export function settingsFrom(
  fields: readonly SettingField[],
  values: Readonly<Record<string, unknown>>,
): ReadSettings {
  const settings: Record<string, unknown> = {};
  for (const field of fields) {
    const read = readValue(field, values[field.name]);
    if (!read.ok) return { ok: false, field: field.name };
    if (read.value !== undefined && JSON.stringify(read.value) !== JSON.stringify(field.usual))
      settings[field.name] = read.value;
  }
  return { ok: true, settings };
}

function readValue({ kind }: SettingField, value: unknown): { ok: true; value: unknown } | { ok: false } {
  if (value === "" || value === undefined) return { ok: true, value: undefined };
  if (kind !== "json") return { ok: true, value };
  try {
    return { ok: true, value: JSON.parse(String(value)) };
  } catch {
    // Said beside the field; nothing is sent.
    return { ok: false };
  }
}
