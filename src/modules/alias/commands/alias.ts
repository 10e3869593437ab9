import { makeUserKey } from "#contracts/ids";
import type { Invocation, ModuleEffect, ModuleResultInput } from "#contracts/module";
import { type Outcome, type Refusal, refuse } from "#contracts/outcome";
import { reachesLevel } from "#contracts/role";
import { cleanText } from "#module-kit/clean-text";
import { chatTextLength, cutText, joinWithin } from "#module-kit/cut-text";
import { takeWord } from "#module-kit/parse-args";
import { say } from "#module-kit/say";
import { type AliasDraft, findShadowed, parseAliasName, parseDraft } from "#modules/alias/rules";
import type { AliasStore } from "#modules/alias/store";

export interface AliasDeps {
  aliases: AliasStore;
}

/** `!alias add|remove|rm|list`. Looking is for everyone, changing for moderators and above (30-action-modules §1.20). */
export async function alias(invocation: Invocation, deps: AliasDeps): Promise<Outcome<ModuleResultInput>> {
  const { word, rest } = takeWord(invocation.argsText);
  switch (word.toLowerCase()) {
    case "":
      return say("Use: !alias add <name> <command>, !alias remove <name>, !alias list");
    case "add":
      return add(rest, invocation, deps);
    case "remove":
    case "rm":
      return remove(rest, invocation, deps);
    case "list":
      return list(invocation, deps);
    default: {
      const message = `Unknown subcommand ${cutText(cleanText(word), 32)}. Use: add, remove, list`;
      return refuse("bad_request", { message });
    }
  }
}

async function add(typed: string, invocation: Invocation, { aliases }: AliasDeps) {
  const { id, commands = [], community, event, user } = invocation;
  if (!reachesLevel(user.role, "moderator")) return forModerators();
  const draft = parseDraft(typed);
  if (!draft.ok) return draft;
  const { name } = draft.value;
  const shadowed = findShadowed(name, commands);
  if (shadowed) {
    const message = `!${shadowed.name} is a command already. Please choose another name.`;
    return refuse("conflict", { message });
  }
  const createdBy = makeUserKey(event.platform, event.user.id);
  const isAdded = await aliases.add({
    ...draft.value,
    communityId: community.id,
    createdBy,
    idempotencyKey: id,
  });
  if (!isAdded) {
    const message = `The alias !${name} exists already. Remove it first: !alias remove !${name}`;
    return refuse("conflict", { message });
  }
  return say(`Alias added: ${line(draft.value)}`, [register(draft.value)]);
}

function register({ name, body }: AliasDraft): ModuleEffect {
  return {
    type: "command.register",
    prefix: "!",
    name,
    handler: "run",
    description: cutText(`Alias for ${body}`, 255),
    usage: name,
    // The command behind it is judged with the caller's own rights when it runs.
    permissionLevel: "everyone",
    cooldownSeconds: 0,
  };
}

async function remove(typed: string, { id, community, user }: Invocation, { aliases }: AliasDeps) {
  if (!reachesLevel(user.role, "moderator")) return forModerators();
  const { word } = takeWord(typed);
  if (!word) return refuse("bad_request", { message: "Use: !alias remove <name>" });
  const name = parseAliasName(word);
  const isRemoved =
    name !== undefined && (await aliases.remove({ communityId: community.id, name, key: id }));
  if (!isRemoved) {
    return refuse("not_found", { message: `Alias ${cutText(cleanText(word), 64)} not found.` });
  }
  return say(`Alias !${name} removed`, [{ type: "command.unregister", prefix: "!", name }]);
}

async function list({ community }: Invocation, { aliases }: AliasDeps) {
  const all = await aliases.list(community.id);
  return say(all.length === 0 ? "No aliases configured" : joinWithin(all.map(line), chatTextLength));
}

function line({ name, body }: { name: string; body: string }): string {
  return `!${name} -> ${body}`;
}

function forModerators(): Refusal {
  return refuse("forbidden", { message: "Changing aliases is for moderators and above." });
}
