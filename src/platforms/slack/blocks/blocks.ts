import type { Element } from "#platforms/slack/blocks/elements";
import { blockLimits } from "#platforms/slack/blocks/limits";
import { type Mrkdwn, mrkdwn, type PlainText, plainText } from "#platforms/slack/blocks/text";

export type Block =
  | { type: "section"; text?: Mrkdwn; fields?: Mrkdwn[] }
  | { type: "header"; text: PlainText }
  | { type: "context"; elements: Mrkdwn[] }
  | { type: "divider" }
  | { type: "image"; image_url: string; alt_text: string; title?: PlainText }
  | { type: "actions"; elements: Element[] }
  | {
      type: "input";
      block_id: string;
      label: PlainText;
      element: Element;
      optional: boolean;
      hint?: PlainText;
    };

export function section(text: string): Block {
  return { type: "section", text: mrkdwn(text, blockLimits.sectionText) };
}

/** Facts in two columns; what is more than ten is left out. */
export function fields(texts: readonly string[]): Block | undefined {
  const shown = texts.filter((text) => text.trim() !== "").slice(0, blockLimits.sectionFields);
  if (shown.length === 0) return undefined;
  return { type: "section", fields: shown.map((text) => mrkdwn(text, blockLimits.fieldText)) };
}

export function header(text: string): Block {
  return { type: "header", text: plainText(text, blockLimits.headerText) };
}

/** Small print. */
export function context(...texts: string[]): Block {
  const elements = texts
    .slice(0, blockLimits.contextElements)
    .map((text) => mrkdwn(text, blockLimits.fieldText));
  return { type: "context", elements };
}

/** Undefined for an address Slack would not fetch. */
export function image(url: string, alt: string): Block | undefined {
  if (url.length > blockLimits.url || !URL.canParse(url) || new URL(url).protocol !== "https:")
    return undefined;
  const shown = plainText(alt, blockLimits.imageText);
  return { type: "image", image_url: url, alt_text: shown.text };
}

/** Rows of at most 25; of two elements with the same id Slack takes none, so the second goes. */
export function actions(elements: readonly (Element | undefined)[]): Block[] {
  const known = elements.filter((element) => element !== undefined);
  const unique = [...new Map(known.map((element) => [element.action_id, element])).values()];
  const rows: Block[] = [];
  for (let at = 0; at < unique.length; at += blockLimits.actionElements)
    rows.push({ type: "actions", elements: unique.slice(at, at + blockLimits.actionElements) });
  return rows;
}
