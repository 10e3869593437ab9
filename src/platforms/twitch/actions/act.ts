import * as z from "zod";
import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import type { ActionContext, ActionResult } from "#contracts/platform-action";
import { callHelix, type HelixRequest, refuseStatus } from "#platforms/twitch/helix/call-helix";

/** Does one thing over Helix; `read` takes the facts worth telling from the answer. */
export async function act(
  context: ActionContext,
  request: HelixRequest,
  read: (body: unknown) => ActionResult = () => ({}),
): Promise<Outcome<ActionResult>> {
  const answer = await callHelix(request, context);
  if ("ok" in answer) return answer;
  const isDone = answer.status >= 200 && answer.status < 300;
  return isDone ? succeed(read(answer.body)) : refuseStatus(answer, context.now, request.lanes);
}

/** The account the bot moderates as. An account that was connected says its own id; a fixed token says `bot`. */
export function botId({ account, config }: ActionContext): string {
  return /^\d+$/.test(account) ? account : (config.TWITCH_BOT_USER_ID ?? "");
}

const users = z.object({ data: z.array(z.object({ id: z.string() })) });

/** The id of who is meant; a name is looked up. */
export async function idOf(
  { userId, login }: { userId?: string | undefined; login?: string | undefined },
  context: ActionContext,
): Promise<Outcome<string>> {
  if (userId !== undefined) return succeed(userId);
  const answer = await callHelix({ method: "GET", path: "/users", query: { login } }, context);
  if ("ok" in answer) return unasked(answer);
  if (answer.status !== 200) return unasked(refuseStatus(answer, context.now));
  const id = users.safeParse(answer.body).data?.data[0]?.id;
  return id === undefined
    ? refuse("not_found", { message: `Twitch knows nobody called ${login}.` })
    : succeed(id);
}

/** A failed look-up did nothing yet, so the whole may be tried again. */
export function unasked(refusal: Refusal): Refusal {
  return refusal.code === "unknown" ? { ...refusal, code: "unavailable" } : refusal;
}
