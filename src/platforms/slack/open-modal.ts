import * as z from "zod";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { FormResponse } from "#contracts/response";
import { callSlack, type SlackContext } from "#platforms/slack/api/call-slack";
import { toModal } from "#platforms/slack/blocks/to-modal";

const opened = z.object({ view: z.object({ id: z.string() }) });

export interface Opening {
  form: FormResponse;
  /** Good once, for about three seconds after the click or command it came with. */
  triggerId: string;
  /** Where it was asked for: what comes of it is said there. */
  channel: string;
  team: string;
}

/** Shows a form over the page of whoever asked for it; the value is the view's id. */
export async function openModal(
  { form, triggerId, channel, team }: Opening,
  context: SlackContext,
): Promise<Outcome<string>> {
  const view = toModal(form, channel);
  if (!view) return refuse("bad_request", { message: "Slack cannot show this form." });
  const args = { trigger_id: triggerId, view };
  const answer = await callSlack({ method: "views.open", team, args, priority: "moderation" }, context);
  if (!answer.ok) return answer;
  const seen = opened.safeParse(answer.value);
  return seen.success
    ? succeed(seen.data.view.id)
    : refuse("unknown", { message: "Slack's answer could not be read." });
}
