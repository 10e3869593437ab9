import * as z from "zod";
import { callSlack, type SlackContext } from "#platforms/slack/api/call-slack";

/** Events name people by id only. A name is good for this long; one that could not be had is asked for again sooner. */
const freshMs = 3_600_000;
const missingMs = 300_000;
const mostNames = 5000;
/** How many people one message may ask Slack for; the others keep their id until the next. */
const mostLookUps = 3;
/** Ids have a digit; words in capitals have none. */
const idShape = /\b[UW](?=[A-Z0-9]*\d)[A-Z0-9]{7,30}\b/g;

const user = z.object({
  user: z.object({
    name: z.string().default(""),
    real_name: z.string().default(""),
    profile: z.object({ display_name: z.string().default(""), real_name: z.string().default("") }).optional(),
  }),
});

interface Known {
  /** Undefined where Slack knows no such person. */
  name: string | undefined;
  until: number;
}

/** The names of one isolate, by team and id. Public within their workspace, and never asked across workspaces. */
export type NameBook = Map<string, Known>;
const sharedBook: NameBook = new Map();

/**
 * The text with people's names in the place of their ids, asked from Slack (`users.info`) at most once an hour and
 * person. Never fails: an id whose name cannot be had stays an id.
 */
export async function withNames(
  text: string,
  team: string,
  context: SlackContext,
  book: NameBook = sharedBook,
): Promise<string> {
  const ids = new Set(text.match(idShape));
  if (ids.size === 0) return text;
  const unknown = [...ids].filter((id) => (book.get(`${team}/${id}`)?.until ?? 0) <= context.now);
  await Promise.all(unknown.slice(0, mostLookUps).map((id) => lookUp(id, team, context, book)));
  return text.replaceAll(idShape, (id) => book.get(`${team}/${id}`)?.name ?? id);
}

async function lookUp(id: string, team: string, context: SlackContext, book: NameBook): Promise<void> {
  const name = await nameOf(id, team, context);
  if (book.size >= mostNames) book.clear();
  book.set(`${team}/${id}`, { name, until: context.now + (name === undefined ? missingMs : freshMs) });
}

/** As Slack shows it: the display name, else the full name, else the login. */
export async function nameOf(id: string, team: string, context: SlackContext): Promise<string | undefined> {
  const answer = await callSlack(
    { method: "users.info", team, args: { user: id }, priority: "timer" },
    context,
  );
  const seen = answer.ok ? user.safeParse(answer.value).data?.user : undefined;
  if (!seen) return undefined;
  const { profile, real_name, name } = seen;
  const shown = [profile?.display_name, profile?.real_name, real_name, name].find((one) => one?.trim());
  return shown?.trim().slice(0, 80).toWellFormed();
}
