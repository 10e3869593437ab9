import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { cutText } from "#module-kit/cut-text";
import { say } from "#module-kit/say";
import type { AliasDeps } from "#modules/alias/commands/alias";
import { expandAlias } from "#modules/alias/expand";

/**
 * An alias was typed. A command goes back to the channel, which judges it anew with the caller's rights and
 * stops at depth 5; a text is said.
 */
export async function run(
  { id, argsText, command = "", community, event, user }: Invocation,
  { aliases }: AliasDeps,
): Promise<Outcome<ModuleResultInput>> {
  const found = await aliases.use({ communityId: community.id, name: command, key: id });
  if (!found) return refuse("not_found", { message: `Alias !${cutText(cleanText(command), 64)} not found.` });
  const caller = { id: event.user.id, name: cleanText(user.name), argsText };
  const expansion = expandAlias(found.body, caller);
  if (!expansion.ok) return expansion;
  const { kind, text } = expansion.value;
  return kind === "text"
    ? say(text)
    : succeed({ responses: [], effects: [{ type: "command.execute", text }] });
}
