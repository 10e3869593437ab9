import type { Texts } from "#hub/texts/en.ts";

function isRole(roles: Texts["roles"], name: string): name is keyof Texts["roles"] {
  return Object.hasOwn(roles, name);
}

/** A role in the person's language; one we have no word for keeps its own name. */
export function sayRole(name: string, { roles }: Texts): string {
  return isRole(roles, name) ? roles[name] : name;
}
