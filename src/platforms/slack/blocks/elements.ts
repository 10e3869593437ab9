import { componentId } from "#contracts/component-id";
import { blockLimits } from "#platforms/slack/blocks/limits";
import { type PlainText, plainText } from "#platforms/slack/blocks/text";

export interface Option {
  text: PlainText;
  value: string;
}

/** What can be clicked or chosen; every kind is named by `type` and carries its `action_id`. */
export interface Element {
  type: string;
  action_id: string;
  text?: PlainText;
  value?: string;
  url?: string;
  style?: "primary" | "danger";
  placeholder?: PlainText;
  options?: Option[];
  multiline?: boolean;
  max_length?: number;
  is_decimal_allowed?: boolean;
}

export interface ButtonInput {
  text: string;
  /** `module:action:context`. */
  customId: string;
  value?: string | undefined;
  url?: string | undefined;
  style?: "primary" | "danger" | undefined;
}

export interface MenuInput {
  customId: string;
  placeholder: string;
  /** Absent: people (`users`) or channels (`channels`) of the workspace. */
  options?: readonly string[] | undefined;
  of?: "users" | "channels" | "conversations" | undefined;
  isMultiple?: boolean | undefined;
}

/** Undefined for a custom id that leads nowhere, or an address that is no https. */
export function button({ text, customId, value, url, style }: ButtonInput): Element | undefined {
  if (!isId(customId) || (url !== undefined && !isLink(url))) return undefined;
  return {
    type: "button",
    action_id: customId,
    text: plainText(text, blockLimits.buttonText),
    ...(value === undefined ? {} : { value: value.slice(0, blockLimits.buttonValue).toWellFormed() }),
    ...(url === undefined ? {} : { url }),
    ...(style === undefined ? {} : { style }),
  };
}

/** Undefined for a custom id that leads nowhere, and for a list without choices. */
export function menu({
  customId,
  placeholder,
  options,
  of,
  isMultiple = false,
}: MenuInput): Element | undefined {
  if (!isId(customId)) return undefined;
  const chosen = of ? undefined : toOptions(options ?? []);
  if (chosen?.length === 0) return undefined;
  const kind = of ?? "static";
  return {
    type: `${isMultiple ? "multi_" : ""}${kind}_select`,
    action_id: customId,
    placeholder: plainText(placeholder, blockLimits.placeholder),
    ...(chosen ? { options: chosen } : {}),
  };
}

/** At most a hundred, none empty, none twice: what is equal once cut could not be told apart. */
export function toOptions(options: readonly string[], most: number = blockLimits.options): Option[] {
  const byValue = new Map<string, Option>();
  for (const option of options) {
    const value = option.toWellFormed().trim().slice(0, blockLimits.optionText).toWellFormed();
    if (value === "" || byValue.has(value)) continue;
    byValue.set(value, { text: plainText(option, blockLimits.optionText), value });
  }
  return [...byValue.values()].slice(0, most);
}

function isId(customId: string): boolean {
  return componentId.safeParse(customId).success && customId.isWellFormed();
}

function isLink(url: string): boolean {
  return url.length <= blockLimits.url && URL.canParse(url) && new URL(url).protocol === "https:";
}
