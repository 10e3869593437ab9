import { componentId } from "#contracts/component-id";
import type { FormResponse } from "#contracts/response";
import { cutText } from "#lib/split-text";

const textStyle = { short: 1, paragraph: 2 } as const;
const types = { select: 3, textInput: 4, label: 18 } as const;
/** Components reference: title and label 45, option 100, 25 options; a text input takes 4,000 characters. */
const bounds = { title: 45, label: 45, description: 100, option: 100, options: 25, input: 4000, fields: 5 };

type Field = FormResponse["fields"][number];

/**
 * A form as a modal, or undefined where Discord cannot show it: more than five fields, a list without choices, or an
 * address to send it to that is no `module:action:context` of ours.
 */
export function toModal(form: FormResponse): object | undefined {
  const { title, fields, submitUrl } = form;
  if (!componentId.safeParse(submitUrl).success) return undefined;
  if (fields.length === 0 || fields.length > bounds.fields || !fields.every(canShow)) return undefined;
  return {
    custom_id: submitUrl,
    title: cut(title || "Form", bounds.title),
    components: fields.map(toLabel),
  };
}

function canShow({ type, name, options = [] }: Field): boolean {
  if (name.length > 100) return false;
  return !isChoice(type) || (options.length > 0 && options.length <= bounds.options && areOptions(options));
}

/** Values must be there and differ. */
function areOptions(options: readonly string[]): boolean {
  const cutOptions = options.map((option) => cut(option, bounds.option));
  return cutOptions.every(Boolean) && new Set(cutOptions).size === cutOptions.length;
}

function isChoice(type: Field["type"]): boolean {
  return type === "select" || type === "multiselect" || type === "radio";
}

function toLabel(field: Field): object {
  const { label, name } = field;
  return {
    type: types.label,
    label: cut(label || name, bounds.label),
    ...(label.length > bounds.label ? { description: cut(label, bounds.description) } : {}),
    component: isChoice(field.type) ? toSelect(field) : toTextInput(field),
  };
}

function toSelect({ name, type, required, options = [] }: Field): object {
  return {
    type: types.select,
    custom_id: name,
    required,
    min_values: required ? 1 : 0,
    max_values: type === "multiselect" ? options.length : 1,
    options: options.map((option) => ({
      label: cut(option, bounds.option),
      value: cut(option, bounds.option),
    })),
  };
}

function toTextInput({ name, type, required }: Field): object {
  return {
    type: types.textInput,
    custom_id: name,
    style: type === "textarea" ? textStyle.paragraph : textStyle.short,
    required,
    max_length: type === "textarea" ? bounds.input : 500,
    ...(type in hints ? { placeholder: hints[type] } : {}),
  };
}

/** A text input knows no kinds, so it says what it wants. */
const hints: Partial<Record<Field["type"], string>> = {
  checkbox: "yes or no",
  number: "a number",
  email: "name@example.org",
  url: "https://…",
  date: "2026-12-31",
  time: "20:15",
};

function cut(text: string, limit: number): string {
  return cutText(text, { limit, unit: "characters" });
}
