import * as z from "zod";
import type { Method } from "#simulators/slack/api-methods";

const change = z.object({ usergroup: z.string().default(""), users: z.string().default("") });

interface Group {
  users: string[];
  isOff: boolean;
}

/** The workspace's user groups; lists are replaced whole, and none may be empty, as at Slack. */
export function makeUserGroupMethods(isPerson: (id: string) => boolean) {
  const groups = new Map<string, Group>([["S0REGULARS", { users: ["U0ADA00003"], isOff: false }]]);
  const shown = (id: string, { users, isOff }: Group) => ({ id, date_delete: isOff ? 1 : 0, users });
  const turn =
    (isOff: boolean): Method =>
    (args) => {
      const { usergroup } = change.parse(args);
      const group = groups.get(usergroup);
      if (!group) return "no_such_subteam";
      if (group.isOff === isOff) return isOff ? "already_disabled" : "already_enabled";
      group.isOff = isOff;
      return { usergroup: shown(usergroup, group) };
    };
  return {
    "usergroups.list": (args) => {
      const all = String(args["include_disabled"]) === "true";
      const seen = [...groups].filter(([, group]) => all || !group.isOff);
      return { usergroups: seen.map(([id, group]) => shown(id, group)) };
    },
    "usergroups.enable": turn(false),
    "usergroups.disable": turn(true),
    "usergroups.users.update": (args) => {
      const { usergroup, users } = change.parse(args);
      const group = groups.get(usergroup);
      if (!group) return "no_such_subteam";
      const ids = users.split(",").filter(Boolean);
      if (ids.length === 0) return "no_users_provided";
      if (!ids.every(isPerson)) return "invalid_users";
      group.users = ids;
      return { usergroup: shown(usergroup, group) };
    },
  } satisfies Record<string, Method>;
}
