import { makeUserKey } from "#contracts/ids";
import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, type Refusal, refuse } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { cutText, tickerTextLength } from "#module-kit/cut-text";
import { stripQuotes } from "#module-kit/parse-args";
import { say, sayAndShow } from "#module-kit/say";
import { quoteLine, quoteList } from "#modules/memories/replies";
import {
  mayKeepQuotes,
  parseNewQuote,
  parseQuoteNumber,
  parseQuoteRequest,
  type QuoteRequest,
} from "#modules/memories/rules";
import type { QuoteStore } from "#modules/memories/store";

export interface QuoteDeps {
  quotes: QuoteStore;
  /** In [0, 1). */
  random: () => number;
}

const listLength = 10;
const searchLength = 5;

/** `!quote`: random, by number, add, search, delete. */
export async function quote(invocation: Invocation, deps: QuoteDeps): Promise<Outcome<ModuleResultInput>> {
  const usage =
    'Use: !quote, !quote <number>, !quote add "text" [author], !quote search <words>, !quote delete <number>';
  return answer(parseQuoteRequest(invocation.argsText), usage, invocation, deps);
}

/** Does what was asked, whichever command asked it; `usage` is the reply when nobody can tell what was. */
export async function answer(
  request: QuoteRequest,
  usage: string,
  invocation: Invocation,
  deps: QuoteDeps,
): Promise<Outcome<ModuleResultInput>> {
  switch (request.kind) {
    case "random":
      return showRandom(invocation, deps);
    case "get":
      return show(request.number, invocation, deps);
    case "add":
      return add(request.typed, invocation, deps);
    case "search":
      return search(request.term, invocation, deps);
    case "delete":
      return remove(request.number, invocation, deps);
    case "list":
      return list(invocation, deps);
    case "unclear":
      return refuse("bad_request", { message: usage });
  }
}

async function showRandom({ community }: Invocation, { quotes, random }: QuoteDeps) {
  const found = await quotes.pick(community.id, random());
  if (!found) return say('There are no quotes yet. A moderator adds one with !quote add "text" [author].');
  return sayAndShow(quoteLine(found), quoteLine(found, tickerTextLength));
}

async function show(word: string, { community }: Invocation, { quotes }: QuoteDeps) {
  const number = parseQuoteNumber(word);
  if (!number) return unknownNumber(word);
  const found = await quotes.get(community.id, number);
  return found ? sayAndShow(quoteLine(found), quoteLine(found, tickerTextLength)) : unknownNumber(word);
}

async function add(typed: string, { id, community, event, user }: Invocation, { quotes }: QuoteDeps) {
  if (!mayKeepQuotes(user)) return forModerators("Adding");
  const parsed = parseNewQuote(typed);
  if (!parsed.ok) return parsed;
  const addedBy = makeUserKey(event.platform, event.user.id);
  const kept = await quotes.add({ ...parsed.value, communityId: community.id, addedBy, idempotencyKey: id });
  const before = "New quote ";
  return sayAndShow(
    `Quote #${kept.number} saved`,
    before + quoteLine(kept, tickerTextLength - before.length),
  );
}

async function search(typed: string, { community }: Invocation, { quotes }: QuoteDeps) {
  const term = cleanText(stripQuotes(typed));
  if (!term) return refuse("bad_request", { message: "Please say what to look for: !quote search <words>" });
  const found = await quotes.search(community.id, term, searchLength);
  const named = cutText(term, 60);
  const [only] = found;
  if (!only) return say(`No quote found for “${named}”.`);
  return say(found.length === 1 ? quoteLine(only) : quoteList(`Quotes for “${named}”:`, found));
}

async function remove(word: string, { id, community, event, user }: Invocation, { quotes }: QuoteDeps) {
  if (!mayKeepQuotes(user)) return forModerators("Deleting");
  const number = parseQuoteNumber(word);
  if (!number) return unknownNumber(word);
  const by = makeUserKey(event.platform, event.user.id);
  const isRemoved = await quotes.remove({ communityId: community.id, number, by, key: id });
  return isRemoved ? say(`Quote #${number} deleted`) : unknownNumber(word);
}

async function list({ community }: Invocation, { quotes }: QuoteDeps) {
  const { quotes: newest, total } = await quotes.list(community.id, listLength);
  if (total === 0) return say("There are no quotes yet.");
  return say(quoteList(total === 1 ? "One quote:" : `${total} quotes, newest first:`, newest));
}

function unknownNumber(word: string): Refusal {
  const named = cutText(cleanText(word), 20);
  if (!named) return refuse("bad_request", { message: "Please name the quote by its number: !quote 3" });
  const number = parseQuoteNumber(named);
  return refuse("not_found", {
    message: number ? `There is no quote #${number}.` : `${named} is no quote number.`,
  });
}

function forModerators(what: string): Refusal {
  const message = `${what} quotes is for moderators and people with the label memories.`;
  return refuse("forbidden", { message });
}
