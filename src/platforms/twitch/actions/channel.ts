import * as z from "zod";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { type ActionContext, type ActionResult, defineAction } from "#contracts/platform-action";
import { act, idOf, unasked } from "#platforms/twitch/actions/act";
import { line, namesOne, oneOfBoth, person, userId } from "#platforms/twitch/actions/params";
import { callHelix, refuseStatus } from "#platforms/twitch/helix/call-helix";

const clipped = z.object({ data: z.tuple([z.object({ id: z.string(), edit_url: z.string() })]) });
const marked = z.object({ data: z.tuple([z.object({ id: z.string(), position_seconds: z.int() })]) });
const games = z.object({ data: z.array(z.object({ id: z.string(), name: z.string() })) });
const somebody = z.strictObject(person).refine(namesOne, oneOfBoth);

/** Gives or takes a role, which only the broadcaster can: ten in ten seconds (Helix, Add Channel Moderator and VIP). */
function roleAction(role: "mod" | "vip", method: "POST" | "DELETE") {
  const title = role === "mod" ? "moderator" : "VIP";
  return defineAction({
    name: `${role}_${method === "POST" ? "add" : "remove"}`,
    description: method === "POST" ? `Makes somebody ${title}` : `Takes ${title} from somebody`,
    as: "owner",
    params: somebody,
    async run(who, context) {
      const user = await idOf(who, context);
      if (!user.ok) return user;
      return act(context, {
        method,
        path: role === "mod" ? "/moderation/moderators" : "/channels/vips",
        query: { broadcaster_id: context.server, user_id: user.value },
        lanes: [{ lane: `${role}/${method}`, limit: 10, windowMs: 10_000 }],
      });
    },
  });
}

const change = (context: ActionContext, body: object, facts: ActionResult = {}) =>
  act(
    context,
    {
      method: "PATCH",
      path: "/channels",
      query: { broadcaster_id: context.server },
      body,
      priority: "reply",
    },
    () => facts,
  );

/** A game by the name somebody typed: the exact one, else the first that the search finds. */
async function findGame(
  name: string,
  context: ActionContext,
): Promise<Outcome<{ id: string; name: string }>> {
  for (const request of [
    { path: "/games", query: { name } },
    { path: "/search/categories", query: { query: name, first: "1" } },
  ]) {
    const answer = await callHelix({ method: "GET", priority: "reply", ...request }, context);
    if ("ok" in answer) return unasked(answer);
    if (answer.status !== 200) return unasked(refuseStatus(answer, context.now));
    const game = games.safeParse(answer.body).data?.data[0];
    if (game) return succeed(game);
  }
  return refuse("not_found", { message: `Twitch knows no game called ${name}.` });
}

/** What the bot does to a channel, with its owner's consent but for clips (30-action-modules §1.17). */
export const channelActions = [
  roleAction("mod", "POST"),
  roleAction("mod", "DELETE"),
  roleAction("vip", "POST"),
  roleAction("vip", "DELETE"),
  defineAction({
    name: "update_title",
    description: "Changes the stream's title",
    as: "owner",
    priority: "reply",
    params: z.strictObject({ title: line(140) }),
    run: ({ title }, context) => change(context, { title }),
  }),
  defineAction({
    name: "update_game",
    description: "Changes the stream's game; the id 0 is none",
    as: "owner",
    priority: "reply",
    params: z
      .strictObject({ gameId: userId.optional(), name: line(140).optional() })
      .refine(({ gameId, name }) => (gameId === undefined) !== (name === undefined), {
        path: ["gameId"],
        message: "give either gameId or name",
      }),
    async run({ gameId, name }, context) {
      if (gameId !== undefined) return change(context, { game_id: gameId });
      const game = await findGame(name ?? "", context);
      if (!game.ok) return game;
      return change(context, { game_id: game.value.id }, { gameId: game.value.id, name: game.value.name });
    },
  }),
  defineAction({
    name: "marker",
    description: "Marks this moment of a live stream that is recorded",
    as: "owner",
    priority: "reply",
    params: z.strictObject({ description: line(140).optional() }),
    run: ({ description }, context) => {
      const body = { user_id: context.server, description };
      return act(context, { method: "POST", path: "/streams/markers", body, priority: "reply" }, (answer) => {
        const [marker] = marked.safeParse(answer).data?.data ?? [];
        return { markerId: marker?.id ?? null, positionSeconds: marker?.position_seconds ?? null };
      });
    },
  }),
  defineAction({
    name: "clip",
    description: "Clips the last moments of a live stream; Twitch needs some seconds to make it",
    as: "bot",
    priority: "reply",
    params: z.strictObject({}),
    run: (_, context) => {
      const query = { broadcaster_id: context.server };
      return act(context, { method: "POST", path: "/clips", query, priority: "reply" }, (answer) => {
        const [clip] = clipped.safeParse(answer).data?.data ?? [];
        return {
          clipId: clip?.id ?? null,
          url: clip ? `https://clips.twitch.tv/${clip.id}` : null,
          editUrl: clip?.edit_url ?? null,
        };
      });
    },
  }),
  defineAction({
    name: "raid",
    description: "Sends the viewers to another channel after 90 seconds, or when the broadcaster says so",
    as: "owner",
    params: somebody,
    async run(who, context) {
      const user = await idOf(who, context);
      if (!user.ok) return user;
      return act(context, {
        method: "POST",
        path: "/raids",
        query: { from_broadcaster_id: context.server, to_broadcaster_id: user.value },
        lanes: [raidLane(context)],
      });
    },
  }),
  defineAction({
    name: "raid_cancel",
    description: "Calls a raid off that has not left yet",
    as: "owner",
    params: z.strictObject({}),
    run: (_, context) =>
      act(context, {
        method: "DELETE",
        path: "/raids",
        query: { broadcaster_id: context.server },
        lanes: [raidLane(context)],
      }),
  }),
];

function raidLane({ server }: ActionContext) {
  return { lane: `raid/${server}`, limit: 10, windowMs: 600_000 };
}
