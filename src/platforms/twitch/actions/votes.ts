import * as z from "zod";
import { type ActionContext, defineAction } from "#contracts/platform-action";
import { act } from "#platforms/twitch/actions/act";
import { line, thingId } from "#platforms/twitch/actions/params";

const made = z.object({
  data: z.tuple([z.object({ id: z.string(), outcomes: z.array(z.object({ id: z.string() })).optional() })]),
});
const idIn = (answer: unknown) => made.safeParse(answer).data?.data[0].id ?? null;
const titles = (longest: number, least: number, most: number) =>
  z
    .array(line(longest))
    .min(least)
    .max(most)
    .refine((all) => new Set(all).size === all.length, "no two may be equal");
const asTitles = (all: readonly string[]) => all.map((title) => ({ title }));

/** Ends one, in one of the ways Helix knows. */
const settle = (
  context: ActionContext,
  path: "/polls" | "/predictions",
  facts: { id: string; status: string; winning_outcome_id?: string },
) =>
  act(context, {
    method: "PATCH",
    path,
    body: { broadcaster_id: context.server, ...facts },
    priority: "reply",
  });

function endPrediction(name: string, description: string, status: "LOCKED" | "CANCELED") {
  return defineAction({
    name,
    description,
    as: "owner",
    priority: "reply",
    params: z.strictObject({ predictionId: thingId }),
    run: ({ predictionId }, context) => settle(context, "/predictions", { id: predictionId, status }),
  });
}

/** Polls and predictions, which only affiliates and partners have (30-action-modules §1.17). */
export const voteActions = [
  defineAction({
    name: "poll_create",
    description: "Asks the viewers; 2 to 5 answers, 15 seconds to half an hour",
    as: "owner",
    priority: "reply",
    params: z.strictObject({
      title: line(60),
      choices: titles(25, 2, 5),
      seconds: z.int().min(15).max(1800),
      /** What a further vote costs; absent where nobody may buy one. */
      channelPointsPerVote: z.int().min(1).max(1_000_000).optional(),
    }),
    run: ({ title, choices, seconds, channelPointsPerVote: points }, context) => {
      const body = {
        broadcaster_id: context.server,
        title,
        choices: asTitles(choices),
        duration: seconds,
        ...(points !== undefined && {
          channel_points_voting_enabled: true,
          channel_points_per_vote: points,
        }),
      };
      return act(context, { method: "POST", path: "/polls", body, priority: "reply" }, (answer) => ({
        pollId: idIn(answer),
      }));
    },
  }),
  defineAction({
    name: "poll_end",
    description: "Ends a poll; its result stays to be seen unless it is hidden",
    as: "owner",
    priority: "reply",
    params: z.strictObject({ pollId: thingId, hide: z.boolean().default(false) }),
    run: ({ pollId, hide }, context) =>
      settle(context, "/polls", { id: pollId, status: hide ? "ARCHIVED" : "TERMINATED" }),
  }),
  defineAction({
    name: "prediction_create",
    description: "Lets the viewers bet channel points; 2 to 10 outcomes, half a minute to half an hour",
    as: "owner",
    priority: "reply",
    params: z.strictObject({
      title: line(45),
      outcomes: titles(25, 2, 10),
      seconds: z.int().min(30).max(1800),
    }),
    run: ({ title, outcomes, seconds }, context) => {
      const body = {
        broadcaster_id: context.server,
        title,
        outcomes: asTitles(outcomes),
        prediction_window: seconds,
      };
      return act(context, { method: "POST", path: "/predictions", body, priority: "reply" }, (answer) => {
        const [prediction] = made.safeParse(answer).data?.data ?? [];
        const ids = prediction?.outcomes?.map(({ id }) => id).join(" ");
        return { predictionId: prediction?.id ?? null, outcomeIds: ids ?? null };
      });
    },
  }),
  defineAction({
    name: "prediction_resolve",
    description: "Says which outcome came true and pays out",
    as: "owner",
    priority: "reply",
    params: z.strictObject({ predictionId: thingId, outcomeId: thingId }),
    run: ({ predictionId, outcomeId }, context) =>
      settle(context, "/predictions", {
        id: predictionId,
        status: "RESOLVED",
        winning_outcome_id: outcomeId,
      }),
  }),
  endPrediction("prediction_lock", "Takes no more bets", "LOCKED"),
  endPrediction("prediction_cancel", "Calls it off and gives everybody their points back", "CANCELED"),
];
