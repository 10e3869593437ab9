import { componentId } from "#contracts/component-id";
import type { FormResponse } from "#contracts/response";
import { type Block, section } from "#platforms/slack/blocks/blocks";
import { type Element, toOptions } from "#platforms/slack/blocks/elements";
import { blockLimits } from "#platforms/slack/blocks/limits";
import { type PlainText, plainText } from "#platforms/slack/blocks/text";

type Field = FormResponse["fields"][number];

export interface Modal {
  type: "modal";
  callback_id: string;
  title: PlainText;
  submit: PlainText;
  close: PlainText;
  private_metadata: string;
  blocks: Block[];
}

/**
 * A form as a modal, or undefined where Slack cannot show it: no field, two of one name, a list without choices, or an
 * address to send it to that is no `module:action:context` of ours. `channel` is where it was asked for; Slack gives
 * it back with the answer, and nobody can change it on the way.
 */
export function toModal(form: FormResponse, channel: string): Modal | undefined {
  const { title, description, submitUrl } = form;
  if (!componentId.safeParse(submitUrl).success || !submitUrl.isWellFormed()) return undefined;
  const names = new Set(form.fields.map(({ name }) => name));
  if (names.size === 0 || names.size < form.fields.length) return undefined;
  const inputs = form.fields.map(toInput);
  if (inputs.includes(undefined)) return undefined;
  const known = inputs.filter((input) => input !== undefined);
  return {
    type: "modal",
    callback_id: submitUrl,
    title: plainText(title || "Form", blockLimits.modalTitle),
    submit: plainText("Send", blockLimits.modalTitle),
    close: plainText("Cancel", blockLimits.modalTitle),
    private_metadata: JSON.stringify({ channel }),
    blocks: [...(description?.trim() ? [section(description)] : []), ...known],
  };
}

/** The answer in a modal: a few words for the one who sent it in. */
export function noteModal(title: string, text: string): object {
  return {
    type: "modal",
    title: plainText(title, blockLimits.modalTitle),
    close: plainText("Close", blockLimits.modalTitle),
    blocks: [section(text)],
  };
}

/** Block and element carry the field's name: what is wrong with it can be said beside it. */
function toInput(field: Field): Block | undefined {
  const { name, label, required } = field;
  const element = toElement(field);
  if (!element || !name.isWellFormed()) return undefined;
  return {
    type: "input",
    block_id: name,
    label: plainText(label || name, blockLimits.inputLabel),
    element: { ...element, action_id: name },
    optional: !required,
  };
}

function toElement({ type, label, options = [] }: Field): Omit<Element, "action_id"> | undefined {
  switch (type) {
    case "text":
      return { type: "plain_text_input", max_length: 500 };
    case "textarea":
      return { type: "plain_text_input", multiline: true, max_length: blockLimits.inputText };
    case "number":
      return { type: "number_input", is_decimal_allowed: true };
    case "email":
      return { type: "email_text_input" };
    case "url":
      return { type: "url_text_input" };
    case "date":
      return { type: "datepicker" };
    case "time":
      return { type: "timepicker" };
    case "checkbox":
      return withOptions("checkboxes", options.length > 0 ? options : [label || "yes"], blockLimits.choices);
    case "radio":
      return withOptions(options.length <= blockLimits.choices ? "radio_buttons" : "static_select", options);
    case "select":
      return withOptions("static_select", options);
    case "multiselect":
      return withOptions("multi_static_select", options);
  }
}

function withOptions(
  type: string,
  options: readonly string[],
  most?: number,
): Omit<Element, "action_id"> | undefined {
  const chosen = toOptions(options, most);
  // A choice that silently is not there would be worse than no form.
  return chosen.length === options.length && chosen.length > 0 ? { type, options: chosen } : undefined;
}
