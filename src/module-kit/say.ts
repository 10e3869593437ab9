import type { ModuleEffect, ModuleResultInput } from "#contracts/module";
import { type Outcome, succeed } from "#contracts/outcome";
import type { ModuleResponseInput } from "#contracts/response";
import { chatTextLength, cutText, tickerTextLength } from "#module-kit/cut-text";

/** The usual answer of a handler: one chat line, cut to what every platform takes. */
export function say(text: string, effects: ModuleEffect[] = []): Outcome<ModuleResultInput> {
  return succeed({ responses: [chatLine(text)], effects });
}

/** A chat line, and a second text that runs over the stream. */
export function sayAndShow(text: string, ticker: string): Outcome<ModuleResultInput> {
  return succeed({
    responses: [chatLine(text), { type: "ticker", text: cutText(ticker, tickerTextLength) }],
  });
}

function chatLine(text: string): ModuleResponseInput {
  return { type: "chat", text: cutText(text, chatTextLength) };
}
