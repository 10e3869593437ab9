import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { ActionContext, ActionResult } from "#contracts/platform-action";
import { type ApiRequest, callDiscord, refuseStatus } from "#platforms/discord/rest/call-discord";

/** Does one thing over REST with the bot's token; `read` takes the facts worth telling from the answer. */
export async function act(
  context: ActionContext,
  request: Omit<ApiRequest, "botToken" | "priority">,
  read: (body: unknown) => ActionResult = () => ({}),
): Promise<Outcome<ActionResult>> {
  const answer = await callDiscord({ ...request, botToken: context.token, priority: "moderation" }, context);
  if ("ok" in answer) return answer;
  if (answer.status >= 200 && answer.status < 300) return succeed(read(answer.body));
  const refused = refuseStatus(answer);
  if (answer.status === 403)
    return refuse("forbidden", { message: "The bot's role may not do that in this server." });
  return answer.status === 404
    ? refuse("not_found", { message: "Discord does not know that channel, message or person." })
    : refused;
}

/** A path of given and foreign parts; each foreign part stays one part. */
export function path(strings: TemplateStringsArray, ...parts: readonly string[]): string {
  return String.raw({ raw: strings }, ...parts.map(encodeURIComponent));
}
