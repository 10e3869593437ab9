import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { chatTextLength, cutText, joinWithin } from "#module-kit/cut-text";
import { takeWord } from "#module-kit/parse-args";
import { say } from "#module-kit/say";
import { add, install } from "#modules/community/commands/bring";
import { create, showForm } from "#modules/community/commands/create";
import { leave } from "#modules/community/commands/leave";
import { type CommunityDeps, speakerOf } from "#modules/community/deps";
import { enterPlace } from "#modules/community/find-place";
import { contextLifeMs } from "#modules/community/rules";

const help =
  "!community create <name> · context <name> (for an hour) · info [name] · list · members · add user <id> · add entity <id|here> · install <module> · leave";

/** `!community …` (40-core §1.32). */
export async function community(
  invocation: Invocation,
  deps: CommunityDeps,
): Promise<Outcome<ModuleResultInput>> {
  const { word, rest } = takeWord(invocation.argsText);
  switch (word.toLowerCase()) {
    case "":
    case "help":
      return say(help);
    case "create":
      return showForm(rest, invocation);
    case "confirm":
      return create({ ...invocation, argsText: rest }, deps);
    case "context":
      return setContext(rest, invocation, deps);
    case "info":
      return info(rest, invocation, deps);
    case "list":
      return list(invocation, deps);
    case "members":
      return members(invocation, deps);
    case "add":
      return add(rest, invocation, deps);
    case "install":
      return install(rest, invocation, deps);
    case "leave":
      return leave(invocation, deps);
    default:
      return refuse("bad_request", {
        message: `Unknown subcommand ${cutText(cleanText(word), 32)}. !community help shows them.`,
      });
  }
}

async function setContext(typed: string, invocation: Invocation, deps: CommunityDeps) {
  if (cleanText(typed) === "") return refuse("bad_request", { message: "Use: !community context <name>" });
  const entered = await enterPlace(invocation, deps, { named: typed });
  if (!entered.ok) return entered;
  const { id, name } = entered.value.place;
  await deps.store.setContext(speakerOf(invocation), id, new Date(deps.now() + contextLifeMs));
  return say(`For an hour your !community commands here are about ${name}.`);
}

async function info(typed: string, invocation: Invocation, deps: CommunityDeps) {
  const entered = await enterPlace(invocation, deps, { named: cleanText(typed) });
  if (!entered.ok) return entered;
  const { name, slug, type, members: count, role, description } = entered.value.place;
  const facts = [`${name} (${slug})`, type.replaceAll("_", " "), `${count} members`, `you: ${role}`];
  return say([...facts, ...(description ? [cleanText(description)] : [])].join(" · "));
}

async function list({ user }: Invocation, { store }: CommunityDeps) {
  const mine = await store.findMine(await store.accountsOf(user.id), "all");
  if (mine.length === 0) return say("You belong to no community yet. !community create <name> makes one.");
  const lines = mine.map(({ name, slug, role }) => `${name} (${slug}, ${role})`);
  return say(joinWithin(lines, chatTextLength));
}

async function members(invocation: Invocation, deps: CommunityDeps) {
  const entered = await enterPlace(invocation, deps);
  if (!entered.ok) return entered;
  const { id, name, members: count } = entered.value.place;
  const before = `${name} has ${count} members`;
  const names = (await deps.store.memberNames(id, 20)).map((one) => cutText(cleanText(one), 40));
  if (names.length === 0) return say(`${before}.`);
  return say(`${before}, lately seen: ${joinWithin(names, chatTextLength - before.length - 20, ", ")}`);
}
