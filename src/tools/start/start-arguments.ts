import { parseArgs } from "node:util";
import { PlainError } from "#tools/plain-error";

export interface StartArguments {
  port: number;
  isFresh: boolean;
  isVerbose: boolean;
  isHelp: boolean;
}

export const startHelp = `npm start                 run WaddleBot on this machine and print where to open it
npm start -- --port N     listen on port N (default 8787); only 127.0.0.1 is served
npm start -- --fresh      throw away the local data folder .data first (a database named by DATABASE_URL is never wiped)
npm start -- --verbose    show what the Workers log; it is always kept in .data/logs
npm start -- --help       this text

DATABASE_URL   use this PostgreSQL (15 or newer, Neon included) instead of the one that comes along
IRC_NETWORKS   JSON list of IRC networks for the gateway, for example
               [{"host":"irc.example.org","port":6697,"tls":true,"nick":"waddlebot"}]
IRC_CHANNELS   the demo community's channels on them: irc.example.org/#ducks, irc.example.org/#geese
DISCORD_GATEWAY    1 starts the gateway and lets it read the simulated Discord's chat by socket
SMTP_HOST      send mails through this mail server (with SMTP_PORT, SMTP_SECURITY, SMTP_USERNAME, SMTP_PASSWORD and
               SMTP_FROM); without it the mailbox that is printed at the start catches them
SLACK_SOCKET_MODE  true starts the gateway and lets the simulated Slack speak by socket instead of by webhook

Ctrl-C stops everything within 5 seconds, and your data stays; a second Ctrl-C stops at once.`;

/** Reads what stands behind `npm start --`. Anything unknown is refused with a sentence. */
export function parseStartArguments(args: readonly string[]): StartArguments {
  const { port = "8787", fresh, verbose, help } = readFlags(args);
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new PlainError(`--port wants a number from 1 to 65535, not "${port}".`);
  }
  return {
    port: Number(port),
    isFresh: fresh === true,
    isVerbose: verbose === true,
    isHelp: help === true,
  };
}

function readFlags(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        fresh: { type: "boolean" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new PlainError(`${reason}: see npm start -- --help`);
  }
}
