import { foldCase } from "#lib/fold-case";
import { foldLookAlikes, stripUnseen } from "#lib/fold-look-alikes";

/** How much of a message rules look at, in code points (threat 8). */
export const ruleTextLength = 500;

/** More than any platform sends; beyond it not even invisible characters are counted. */
const rawLength = 5000;

/** What a rule compares: the text as typed, without case, or as it looks. */
export type TextForm = "typed" | "caseless" | "look-alike";

const foldings: Record<TextForm, (text: string) => string> = {
  typed: (text) => text.normalize("NFC"),
  caseless: foldCase,
  "look-alike": foldLookAlikes,
};

export function foldTo(form: TextForm, text: string): string {
  return foldings[form](text);
}

/** One message in the forms its rules ask for, each made once and only when asked for. */
export interface TextForms {
  get(form: TextForm): string;
  /** The same with its words delimited: {@link delimitWords}. */
  getWords(form: TextForm): string;
}

export function makeTextForms(message: string): TextForms {
  const text = message.slice(0, rawLength).toWellFormed();
  const made = new Map<string, string>();
  const once = (key: string, make: () => string) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make();
    made.set(key, fresh);
    return fresh;
  };
  // Invisible characters go before the cut: 500 of them in front must not push the message out of sight. Folding may
  // lengthen (one ligature becomes 18 letters), hence the second cut.
  const get = (form: TextForm) =>
    once(form, () => {
      const seen = form === "look-alike" ? stripUnseen(text) : text;
      return cutPoints(foldTo(form, cutPoints(seen, ruleTextLength)), 2 * ruleTextLength);
    });
  return { get, getWords: (form) => once(`${form} words`, () => delimitWords(get(form))) };
}

/**
 * Marks where words begin and end, so that a whole word is found by plain, linear search: "cat" delimited is in "a cat."
 * delimited and not in "concat" delimited. A word is a run of letters, digits and combining marks of any script; the
 * underscore is none, because chat writes _emphasis_ with it. Languages without spaces need `contains`.
 */
export function delimitWords(text: string): string {
  return text.replaceAll(/[\p{L}\p{N}\p{M}]+/gu, "\u0001$&\u0001");
}

function cutPoints(text: string, most: number): string {
  if (text.length <= most) return text;
  return Array.from(text.slice(0, 2 * most))
    .slice(0, most)
    .join("");
}
