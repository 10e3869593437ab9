import { communityType, joinMode } from "#contracts/community";
import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { FormResponse } from "#contracts/response";
import { reachesLevel } from "#contracts/role";
import { nameKey } from "#db/communities/names";
import { cleanText } from "#module-kit/clean-text";
import { say } from "#module-kit/say";
import { type CommunityDeps, speakerOf } from "#modules/community/deps";
import { contextLifeMs, parseName } from "#modules/community/rules";

const forModerators = "Communities are made by moderators of a channel and above.";
const refusals = {
  slug: "Please try that again.",
  name: "There is a community of that name already, or of one that looks the same.",
  full: "You own as many communities as one may.",
} as const;

/** `!community create <name>`: the form, and how to do without one where chat has none. */
export function showForm(typed: string, { user }: Invocation): Outcome<ModuleResultInput> {
  if (!reachesLevel(user.role, "moderator")) return refuse("forbidden", { message: forModerators });
  const name = parseName(typed);
  if (!name.ok) return name;
  const fields: FormResponse["fields"] = [
    { name: "description", type: "textarea", label: "What is it about?", required: false },
    { name: "type", type: "select", label: "Kind", required: true, options: communityType.options },
    { name: "join_mode", type: "select", label: "Who gets in?", required: true, options: joinMode.options },
  ];
  const text = `A form for ${name.value} is open. Where you see none: !community confirm ${name.value}`;
  return succeed({
    responses: [
      { type: "chat", text },
      { type: "form", title: "New community", fields, submitUrl: `community:create:${name.value}` },
    ],
  });
}

/** The form came back, or somebody confirmed without one. Its id was written by the client, so all of it is asked again. */
export async function create(
  invocation: Invocation,
  deps: CommunityDeps,
): Promise<Outcome<ModuleResultInput>> {
  const { user, argsText, event } = invocation;
  if (!reachesLevel(user.role, "moderator")) return refuse("forbidden", { message: forModerators });
  const name = parseName(argsText);
  if (!name.ok) return name;
  const values = "values" in event ? event.values : {};
  const type = communityType.safeParse(values["type"] || "creator");
  const mode = joinMode.safeParse(values["join_mode"] || "open");
  const description = cleanText(values["description"] ?? "");
  if (!type.success)
    return refuse("bad_request", { message: `type: one of ${communityType.options.join(", ")}` });
  if (!mode.success)
    return refuse("bad_request", { message: `join_mode: one of ${joinMode.options.join(", ")}` });
  if (description.length > 1000)
    return refuse("too_large", { message: "description: at most 1,000 characters" });
  const fields = {
    name: name.value,
    nameKey: nameKey(name.value),
    description,
    type: type.data,
    joinMode: mode.data,
  };
  const speaker = speakerOf(invocation);
  const made = await deps.store.create({ ...fields, theme: { logo_url: null, colors: {} } }, speaker.by);
  if (typeof made === "string") return refuse("conflict", { message: refusals[made] });
  await deps.store.setContext(speaker, made.id, new Date(deps.now() + contextLifeMs));
  return say(
    `${made.name} is made, and you own it (${made.slug}). For an hour your !community commands here are about it.`,
  );
}
