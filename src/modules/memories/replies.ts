import { chatTextLength, cutText, joinWithin } from "#module-kit/cut-text";
import type { Quote } from "#modules/memories/store";

/** `#12 “text” — author`, the text shortened until all fits, so that number and author always show. */
export function quoteLine({ number, text, author }: Quote, length = chatTextLength): string {
  const around = `#${number} “” — ${author}`.length;
  return `#${number} “${cutText(text, Math.max(length - around, 10))}” — ${author}`;
}

const listedTextLength = 80;

export function quoteList(title: string, quotes: readonly Quote[]): string {
  const lines = quotes.map(({ number, text }) => `#${number} “${cutText(text, listedTextLength)}”`);
  return `${title} ${joinWithin(lines, chatTextLength - title.length - 1)}`;
}
