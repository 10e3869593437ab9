import * as z from "zod";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { type ActionContext, type ActionResult, defineAction } from "#contracts/platform-action";
import { userId } from "#platforms/slack/actions/params";
import { callSlack } from "#platforms/slack/api/call-slack";
import type { SlackMethod } from "#platforms/slack/api/lanes";

const groupId = z.string().regex(/^S[A-Z0-9]{1,30}$/, "a Slack user group id, like S0123456789");
const people = z.array(userId).max(1000).default([]);

const listed = z.object({
  usergroups: z.array(
    z.looseObject({
      id: z.string(),
      /** Nought while the group is on. */
      date_delete: z.number().default(0),
      users: z.array(z.string()).default([]),
    }),
  ),
});

/**
 * Slack takes a group's people as one list only: read, change, write. Two such changes at once would lose one of them, so a
 * group is changed by one at a time, and longer than both calls may take.
 */
const alone = { limit: 1, windowMs: 12_000, places: 1 };

/** Slack's user groups: what comes nearest to a role there. */
export const userGroupActions = [
  defineAction({
    name: "change_user_group",
    description: "Puts people into a user group and takes people out of it",
    as: "bot",
    params: z
      .strictObject({ groupId, add: people, remove: people })
      .refine(({ add, remove }) => add.length + remove.length > 0, "changes nothing"),
    run: async ({ groupId: id, add, remove }, context) => {
      const lane = `slack/${context.server}/user-group/${id}`;
      const { waitMs } = await context.gate.take([{ lane, ...alone }], "moderation");
      if (waitMs > 0)
        return refuse("rate_limited", { message: "This group is being changed.", retryAfterMs: waitMs });
      const found = await ask(context, "usergroups.list", { include_users: true, include_disabled: true });
      if (!found.ok) return found;
      const group = listed.parse(found.value).usergroups.find((one) => one.id === id);
      if (!group) return refuse("not_found", { message: "There is no such user group in this workspace." });
      // Who was in a group that is off is in it no more.
      const isOff = group.date_delete !== 0;
      const before = isOff ? [] : group.users;
      const gone = new Set(remove);
      const after = [...new Set([...before, ...add])].filter((one) => !gone.has(one));
      return write(context, id, { before, after, isOff });
    },
  }),
];

async function write(
  context: ActionContext,
  id: string,
  { before, after, isOff }: { before: readonly string[]; after: readonly string[]; isOff: boolean },
): Promise<Outcome<ActionResult>> {
  const count = after.length;
  const isSame = before.length === count && after.every((one) => before.includes(one));
  if (isSame) return succeed({ count });
  // Slack knows no empty group; one that is off is as good.
  if (count === 0) return told(await ask(context, "usergroups.disable", { usergroup: id }), count);
  if (isOff) {
    const on = await ask(context, "usergroups.enable", { usergroup: id });
    if (!on.ok) return on;
  }
  return told(await ask(context, "usergroups.users.update", { usergroup: id, users: after.join() }), count);
}

const told = (answer: Outcome<unknown>, count: number): Outcome<ActionResult> =>
  answer.ok ? succeed({ count }) : answer;

const ask = (context: ActionContext, method: SlackMethod, args: Record<string, unknown>) =>
  callSlack({ method, args, team: context.server, priority: "moderation" }, context);
