import type { ChannelConfig } from "#contracts/channel-config";
import type { Command } from "#contracts/command";
import type { ChatUser } from "#contracts/event";
import { makeUserKey } from "#contracts/ids";
import type { ModuleManifest } from "#contracts/module";
import type { CommandSuggestion } from "#contracts/platform";
import { authorize, type Principal } from "#router/authorize";

/** More than this no platform shows (Discord, autocomplete choices). */
const maxSuggestions = 25;

/**
 * What this person may run here that begins as they typed: words of the registry first, then the examples of the
 * module whose word is complete. Shows nobody a command that would be refused for lack of rights.
 */
export function suggestCommands(
  config: ChannelConfig,
  manifests: readonly ModuleManifest[],
  { platform, user, typed }: { platform: string; user: ChatUser; typed: string },
): CommandSuggestion[] {
  if (!config.isActive) return [];
  const principal = principalOf(config, platform, user);
  const resource = { communityId: config.community.id, entityId: config.entityId };
  const wanted = typed.trimStart().toLowerCase();
  const open = config.commands.filter(
    (command) =>
      command.isEnabled &&
      command.triggerType !== "event" &&
      config.modules[command.module]?.isEnabled !== false &&
      authorize(principal, command, resource).isAllowed,
  );
  const words = open.map((command) => ({ line: wordOf(command), description: command.description }));
  const examples = open.flatMap((command) => examplesOf(command, manifests));
  const fitting = [...words, ...examples].filter(({ line }) => line.toLowerCase().startsWith(wanted));
  const unique = new Map(fitting.map((suggestion) => [suggestion.line, suggestion]));
  return [...unique.values()].slice(0, maxSuggestions);
}

function principalOf(config: ChannelConfig, platform: string, user: ChatUser): Principal {
  const role = config.roles[makeUserKey(platform, user.id)];
  return {
    grants: role === undefined ? [] : [{ communityId: config.community.id, role }],
    platformRole: user.platformRole,
  };
}

function wordOf({ prefix, name }: Command): string {
  return `${prefix}${name}`;
}

function examplesOf(command: Command, manifests: readonly ModuleManifest[]): CommandSuggestion[] {
  const word = wordOf(command);
  const declared = manifests
    .find(({ name }) => name === command.module)
    ?.commands.find(({ name }) => name === command.name);
  return (declared?.examples ?? [])
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => ({ line, description: command.description }));
}
