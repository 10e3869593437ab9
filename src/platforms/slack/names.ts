import * as z from "zod";
import { makeEntityId } from "#contracts/ids";
import type { NameAnswer } from "#contracts/people-names";
import type { SendContext } from "#contracts/platform";
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
 * The text with people's names in the place of their ids, from the house's book of names (a call a day and person), or
 * where there is none asked from Slack at most once an hour. Never fails: an id whose name cannot be had stays an id.
 */
export async function withNames(
  text: string,
  team: string,
  context: SlackContext & Pick<SendContext, "namesOf">,
  book: NameBook = sharedBook,
): Promise<string> {
  const ids = new Set(text.match(idShape));
  if (ids.size === 0) return text;
  if (context.namesOf) {
    const place = {
      platform: "slack",
      server: team,
      entityId: makeEntityId({ platform: "slack", server: team }),
    };
    const names = await context.namesOf(place, [...ids]).catch((): Record<string, string> => ({}));
    return text.replaceAll(idShape, (id) => names[id] ?? id);
  }
  const unknown = [...ids].filter((id) => (book.get(`${team}/${id}`)?.until ?? 0) <= context.now);
  await Promise.all(unknown.slice(0, mostLookUps).map((id) => lookUp(id, team, context, book)));
  return text.replaceAll(idShape, (id) => book.get(`${team}/${id}`)?.name ?? id);
}

async function lookUp(id: string, team: string, context: SlackContext, book: NameBook): Promise<void> {
  const name = await nameOf(id, team, context);
  if (book.size >= mostNames) book.clear();
  book.set(`${team}/${id}`, { name, until: context.now + (name === undefined ? missingMs : freshMs) });
}

export async function nameOf(id: string, team: string, context: SlackContext): Promise<string | undefined> {
  const answer = await askName({ server: team, id }, context);
  return answer.kind === "name" ? answer.name : undefined;
}

/** As Slack shows it: the display name, else the full name, else the login. */
export async function askName(
  { server: team, id }: { server: string; id: string },
  context: SlackContext,
): Promise<NameAnswer> {
  const answer = await callSlack(
    { method: "users.info", team, args: { user: id }, priority: "timer" },
    context,
  );
  if (!answer.ok) {
    if (answer.code === "not_found") return { kind: "nobody" };
    return { kind: "later", waitMs: Math.max(answer.retryAfterMs ?? missingMs, 1000) };
  }
  const seen = user.safeParse(answer.value).data?.user;
  if (!seen) return { kind: "nobody" };
  const { profile, real_name, name } = seen;
  const shown = [profile?.display_name, profile?.real_name, real_name, name].find((one) => one?.trim());
  const named = shown?.trim().slice(0, 80).toWellFormed();
  return named === undefined ? { kind: "nobody" } : { kind: "name", name: named };
}
