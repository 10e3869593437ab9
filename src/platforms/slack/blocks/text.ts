import { cutText } from "#lib/split-text";
import { escapeText } from "#platforms/slack/escape";

export interface PlainText {
  type: "plain_text";
  text: string;
  emoji: boolean;
}
export interface Mrkdwn {
  type: "mrkdwn";
  text: string;
  verbatim: true;
}

/** Slack refuses an empty text object. */
const empty = " ";

/** Words without any formatting. */
export function plainText(text: string, longest: number): PlainText {
  return { type: "plain_text", text: escapeWithin(text, longest) || empty, emoji: true };
}

/**
 * Words that may carry `*bold*` and the like. `verbatim` keeps Slack from making links, channels and people out of bare
 * words; the three control characters are entities, so nothing in it is live.
 */
export function mrkdwn(text: string, longest: number): Mrkdwn {
  return { type: "mrkdwn", text: escapeWithin(text, longest) || empty, verbatim: true };
}

/** Escaped, and at most so long when escaped: an entity is never cut in two. */
export function escapeWithin(text: string, longest: number): string {
  const whole = text.toWellFormed().trim();
  let limit = Math.max(4, longest);
  for (;;) {
    const escaped = escapeText(cutText(whole, { limit, unit: "characters" }));
    if (escaped.length <= longest) return escaped;
    // Each character of ours costs five at most, so this ends.
    limit = Math.max(4, Math.min(limit - 1, Math.floor((limit * longest) / escaped.length)));
    if (limit === 4) return escapeText(whole.slice(0, Math.floor(longest / 5)).toWellFormed());
  }
}
