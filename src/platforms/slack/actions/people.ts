import * as z from "zod";
import { refuse, succeed } from "#contracts/outcome";
import { defineAction } from "#contracts/platform-action";
import { formResponse } from "#contracts/response";
import { channelOf, userId } from "#platforms/slack/actions/params";
import { nameOf } from "#platforms/slack/names";
import { openModal } from "#platforms/slack/open-modal";

/** What the bot can do for one person (30-action-modules §1.17). */
export const peopleActions = [
  defineAction({
    name: "open_modal",
    description: "Shows a form to whoever just clicked or typed a command",
    as: "bot",
    params: z.strictObject({ triggerId: z.string().min(1).max(255), form: formResponse }),
    run: async ({ triggerId, form }, context) => {
      const opening = { form, triggerId, channel: channelOf(undefined, context), team: context.server };
      const opened = await openModal(opening, context);
      return opened.ok ? succeed({ viewId: opened.value }) : opened;
    },
  }),
  defineAction({
    name: "get_user_name",
    description: "Asks what somebody is called in this workspace",
    as: "bot",
    params: z.strictObject({ userId }),
    run: async (params, context) => {
      const name = await nameOf(params.userId, context.server, context);
      return name === undefined
        ? refuse("not_found", { message: "There is no such person in this workspace." })
        : succeed({ name });
    },
  }),
];
