import { makeEntityId } from "#contracts/ids";
import type { PlatformConfig, Receipt, WebhookRequest } from "#contracts/platform";
import { ignore, receiveInteractive } from "#platforms/slack/answers";
import { readText } from "#platforms/slack/escape";
import { requestKey, whereToAnswer } from "#platforms/slack/response-url";
import { slashCommand } from "#platforms/slack/wire";

/** Commands that stand for the whole bot: what follows is the command line itself. */
const umbrellas = new Set(["waddlebot", "wb"]);

/** `/waddlebot quote 3` or `/quote 3`, as chat would have said it: `!quote 3`. */
export function parseSlashCommand(
  form: URLSearchParams,
  request: WebhookRequest,
  config: PlatformConfig,
): Receipt {
  const seen = slashCommand.safeParse(Object.fromEntries(form));
  if (!seen.success) return ignore("unexpected command shape");
  const { team_id: server, channel_id: channel, user_id, user_name = user_id, trigger_id } = seen.data;
  if (user_id === config.SLACK_BOT_USER_ID) return ignore("own message");
  return receiveInteractive({
    type: "slashCommand",
    id: `slack:cmd:${requestKey(trigger_id, request)}`,
    platform: "slack",
    entityId: makeEntityId({ platform: "slack", server, channel }),
    user: { id: user_id, login: user_name, name: user_name },
    receivedAt: request.receivedAt,
    occurredAt: request.receivedAt,
    correlationId: request.correlationId,
    replyTo: whereToAnswer({ url: seen.data.response_url, channel, server }, config),
    text: chatLine(seen.data.command.slice(1), readText(seen.data.text).trim()),
    ...(trigger_id === undefined ? {} : { interactionId: trigger_id }),
  });
}

function chatLine(command: string, text: string): string {
  const name = command.toLowerCase();
  if (!umbrellas.has(name)) return `!${name} ${text}`.trim().slice(0, 5000).toWellFormed();
  if (text === "") return "!help";
  return (/^[!#]/.test(text) ? text : `!${text}`).slice(0, 5000).toWellFormed();
}
