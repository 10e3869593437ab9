import * as z from "zod";
import type { CommandManifest } from "#contracts/command-manifest";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { CommandSync, SendContext } from "#contracts/platform";
import { type NativeCommand, nativeCommand, wantedCommands } from "#platforms/discord/commands/wanted";
import { type ApiAnswer, callDiscord, refuseStatus } from "#platforms/discord/rest/call-discord";

/** What is there may be of a kind we never write, so only its name is sure. */
const present = z.array(z.looseObject({ name: z.string() }));

/**
 * Makes the application's global commands equal to ours with one bulk overwrite, and only when they differ: Discord
 * counts creations (200 a day), and a changed command takes a while to reach people.
 */
export async function syncCommands(
  commands: readonly CommandManifest[],
  context: SendContext,
): Promise<Outcome<CommandSync>> {
  const { DISCORD_APPLICATION_ID: application, DISCORD_BOT_TOKEN } = context.config;
  const botToken = context.token || DISCORD_BOT_TOKEN;
  if (!application || !botToken) return refuse("disabled", { message: "Discord is not set up yet." });
  const path = `/applications/${encodeURIComponent(application)}/commands`;
  const call = { path, botToken, priority: "timer" } as const;
  const read = answered(await callDiscord({ ...call, method: "GET" }, context));
  if (!read.ok) return read;
  const seen = present.safeParse(read.value);
  if (!seen.success) return refuse("unavailable", { message: "Discord's answer could not be read." });
  const wanted = wantedCommands(commands);
  const difference = differ(seen.data, wanted);
  if (Object.values(difference).every((names) => names.length === 0)) return succeed(difference);
  const written = answered(await callDiscord({ ...call, method: "PUT", body: wanted }, context));
  return written.ok ? succeed(difference) : written;
}

function answered(answer: Awaited<ReturnType<typeof callDiscord>>): Outcome<unknown> {
  if ("ok" in answer) return answer;
  return isFine(answer) ? succeed(answer.body) : refuseStatus(answer);
}

function isFine({ status }: ApiAnswer): boolean {
  return status >= 200 && status < 300;
}

function differ(there: readonly { name: string }[], wanted: readonly NativeCommand[]): CommandSync {
  const known = new Map(there.map((command) => [command.name, command]));
  const isChanged = (command: NativeCommand) => {
    const old = nativeCommand.safeParse(known.get(command.name));
    return !old.success || JSON.stringify(old.data) !== JSON.stringify(nativeCommand.parse(command));
  };
  return {
    added: wanted.filter(({ name }) => !known.has(name)).map(({ name }) => name),
    changed: wanted
      .filter((command) => known.has(command.name) && isChanged(command))
      .map(({ name }) => name),
    removed: there.filter(({ name }) => !wanted.some((one) => one.name === name)).map(({ name }) => name),
  };
}
