import * as z from "zod";
import { type ActionContext, defineAction } from "#contracts/platform-action";
import { reason, snowflake } from "#platforms/discord/actions/params";
import { act, path } from "#platforms/discord/rest/act";

const userId = snowflake;
const roleId = snowflake;
const because = (given: string | undefined) => (given === undefined ? {} : { reason: given });
/** Discord lets nobody be silenced for longer than 28 days. */
const maxTimeoutSeconds = 28 * 86_400;

const setTimeoutUntil = (context: ActionContext, user: string, until: string | null, why?: string) =>
  act(context, {
    method: "PATCH",
    path: path`/guilds/${context.server}/members/${user}`,
    body: { communication_disabled_until: until },
    ...because(why),
  });

/** What the bot can do with the people of a server (30-action-modules §1.17). */
export const memberActions = [
  defineAction({
    name: "add_role",
    description: "Gives somebody a role",
    as: "bot",
    params: z.strictObject({ userId, roleId, reason }),
    run: (params, context) =>
      act(context, {
        method: "PUT",
        path: path`/guilds/${context.server}/members/${params.userId}/roles/${params.roleId}`,
        ...because(params.reason),
      }),
  }),
  defineAction({
    name: "remove_role",
    description: "Takes a role from somebody",
    as: "bot",
    params: z.strictObject({ userId, roleId, reason }),
    run: (params, context) =>
      act(context, {
        method: "DELETE",
        path: path`/guilds/${context.server}/members/${params.userId}/roles/${params.roleId}`,
        ...because(params.reason),
      }),
  }),
  defineAction({
    name: "timeout",
    description: "Silences somebody for a while, at most 28 days",
    as: "bot",
    params: z.strictObject({ userId, seconds: z.int().min(1).max(maxTimeoutSeconds), reason }),
    run: ({ userId: user, seconds, reason: why }, context) =>
      setTimeoutUntil(context, user, new Date(context.now + seconds * 1000).toISOString(), why),
  }),
  defineAction({
    name: "end_timeout",
    description: "Lets somebody speak again",
    as: "bot",
    params: z.strictObject({ userId, reason }),
    run: ({ userId: user, reason: why }, context) => setTimeoutUntil(context, user, null, why),
  }),
  defineAction({
    name: "kick",
    description: "Removes somebody, who may come back",
    as: "bot",
    params: z.strictObject({ userId, reason }),
    run: (params, context) =>
      act(context, {
        method: "DELETE",
        path: path`/guilds/${context.server}/members/${params.userId}`,
        ...because(params.reason),
      }),
  }),
  defineAction({
    name: "ban",
    description: "Shuts somebody out, and deletes what they wrote last if asked",
    as: "bot",
    params: z.strictObject({
      userId,
      deleteSeconds: z.int().min(0).max(604_800).default(0),
      reason,
    }),
    run: (params, context) =>
      act(context, {
        method: "PUT",
        path: path`/guilds/${context.server}/bans/${params.userId}`,
        body: { delete_message_seconds: params.deleteSeconds },
        ...because(params.reason),
      }),
  }),
  defineAction({
    name: "unban",
    description: "Lets somebody in again",
    as: "bot",
    params: z.strictObject({ userId, reason }),
    run: (params, context) =>
      act(context, {
        method: "DELETE",
        path: path`/guilds/${context.server}/bans/${params.userId}`,
        ...because(params.reason),
      }),
  }),
];
