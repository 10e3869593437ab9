import type { PlatformConfig, Receipt } from "#contracts/platform";
import { ignore, receiveInteractive } from "#platforms/slack/answers";
import { readText } from "#platforms/slack/escape";
import { interactionBase, type Received } from "#platforms/slack/received";
import { whereToAnswer } from "#platforms/slack/response-url";
import { slashCommand } from "#platforms/slack/wire";

/** Commands that stand for the whole bot: what follows is the command line itself. */
const umbrellas = new Set(["waddlebot", "wb"]);
/** What `/waddlebot` says of itself (SLK-3), as components of the core module; no chat command is spent on them. */
const subcommands = new Set(["help", "status", "points"]);

/** `/waddlebot quote 3` or `/quote 3`, as chat would have said it: `!quote 3`. */
export function parseSlashCommand(fields: unknown, received: Received, config: PlatformConfig): Receipt {
  const seen = slashCommand.safeParse(fields);
  if (!seen.success) return ignore("unexpected command shape");
  const {
    team_id: server,
    channel_id: channel,
    user_id: user,
    user_name: name = user,
    trigger_id: triggerId,
  } = seen.data;
  if (user === config.SLACK_BOT_USER_ID) return ignore("own message");
  const where = { server, channel, user, triggerId };
  const base = {
    ...interactionBase("cmd", { ...where, name }, received),
    replyTo: whereToAnswer({ ...where, url: seen.data.response_url }, config),
  };
  const command = seen.data.command.slice(1).toLowerCase();
  const text = readText(seen.data.text).trim();
  const subcommand = umbrellas.has(command) ? (text || "help").toLowerCase() : "";
  if (subcommands.has(subcommand))
    return receiveInteractive({ ...base, type: "interaction", customId: `core:about:${subcommand}` });
  const interaction = triggerId === undefined ? {} : { interactionId: triggerId };
  return receiveInteractive({ ...base, type: "slashCommand", text: chatLine(command, text), ...interaction });
}

function chatLine(command: string, text: string): string {
  if (!umbrellas.has(command)) return `!${command} ${text}`.trim().slice(0, 5000).toWellFormed();
  return (/^[!#]/.test(text) ? text : `!${text}`).slice(0, 5000).toWellFormed();
}
