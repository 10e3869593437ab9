import * as z from "zod";
import { type ActionEndpoint, done, ofBroadcaster } from "#simulators/twitch/action-endpoint";
import { at } from "#simulators/twitch/actions-state";

const text = (longest: number) => z.string().min(1).max(longest);
const inBody = { in: "body", name: "broadcaster_id" } as const;
const titled = (longest: number, least: number, most: number) =>
  z
    .array(z.object({ title: text(longest) }))
    .min(least)
    .max(most);
const pollBody = z.object({
  broadcaster_id: z.string(),
  title: text(60),
  choices: titled(25, 2, 5),
  duration: z.int().min(15).max(1800),
  channel_points_voting_enabled: z.boolean().optional(),
  channel_points_per_vote: z.int().min(1).max(1_000_000).optional(),
});
const predictionBody = z.object({
  broadcaster_id: z.string(),
  title: text(45),
  outcomes: titled(25, 2, 10),
  prediction_window: z.int().min(30).max(1800),
});
const endBody = z.object({
  broadcaster_id: z.string(),
  id: z.string(),
  status: z.enum(["TERMINATED", "ARCHIVED", "RESOLVED", "CANCELED", "LOCKED"]),
  winning_outcome_id: z.string().optional(),
});
const markerBody = z.object({ user_id: z.string(), description: z.string().max(140).optional() });
const channelBody = z.object({ title: text(140).optional(), game_id: z.string().optional() });

/** Ends what is running; the ways differ between the two kinds. */
function endVote(kind: "poll" | "prediction"): Pick<ActionEndpoint, "actor" | "body" | "run"> {
  const ways = kind === "poll" ? ["TERMINATED", "ARCHIVED"] : ["RESOLVED", "CANCELED", "LOCKED"];
  return {
    actor: inBody,
    body: endBody,
    run({ state, body }) {
      const { broadcaster_id, id, status, winning_outcome_id: winner } = endBody.parse(body);
      const vote = state.votes.get(at(broadcaster_id, kind));
      if (vote?.id !== id) return { status: 404, message: `The ${kind} was not found.` };
      const isOpen = vote.status === "ACTIVE" || vote.status === "LOCKED";
      const hasWinner = status !== "RESOLVED" || vote.choices.some((choice) => choice.id === winner);
      if (!ways.includes(status) || !isOpen || !hasWinner)
        return { status: 400, message: `The ${kind} cannot be ended like that.` };
      vote.status = status;
      return { status: 200, data: [{ id, status }] };
    },
  };
}

/** What changes the channel or its stream. */
export const channelEndpoints: readonly ActionEndpoint[] = [
  {
    method: "PATCH",
    path: "/channels",
    scope: "channel:manage:broadcast",
    actor: ofBroadcaster,
    query: ["broadcaster_id"],
    body: channelBody,
    run({ state, query, body }) {
      const { title, game_id: gameId } = channelBody.parse(body);
      const id = query["broadcaster_id"] ?? "";
      const now = state.channels.get(id) ?? { title: "", gameId: "0" };
      state.channels.set(id, { title: title ?? now.title, gameId: gameId ?? now.gameId });
      return done;
    },
  },
  {
    method: "POST",
    path: "/streams/markers",
    scope: "channel:manage:broadcast",
    actor: { in: "body", name: "user_id" },
    body: markerBody,
    run({ state, body }) {
      const { user_id, description = "" } = markerBody.parse(body);
      if (!state.live.has(user_id)) return { status: 404, message: "The user is not streaming live." };
      return { status: 200, data: [{ id: state.newId(), description, position_seconds: 244 }] };
    },
  },
  {
    method: "POST",
    path: "/clips",
    scope: "clips:edit",
    actor: { in: "query", name: "" },
    query: ["broadcaster_id"],
    run({ state, query }) {
      if (!state.live.has(query["broadcaster_id"] ?? ""))
        return { status: 404, message: "Clipping is not possible for an offline channel." };
      const id = state.newId();
      return { status: 202, data: [{ id, edit_url: `https://clips.twitch.tv/${id}/edit` }] };
    },
  },
  {
    method: "POST",
    path: "/raids",
    scope: "channel:manage:raids",
    actor: { in: "query", name: "from_broadcaster_id" },
    query: ["from_broadcaster_id", "to_broadcaster_id"],
    limit: { calls: 10, windowMs: 600_000 },
    run({ state, query }) {
      const [from = "", to = ""] = [query["from_broadcaster_id"], query["to_broadcaster_id"]];
      if (state.raids.has(from))
        return { status: 409, message: "The broadcaster is already raiding another channel." };
      state.raids.set(from, to);
      return { status: 200, data: [{ created_at: "2026-01-02T03:04:05Z", is_mature: false }] };
    },
  },
  {
    method: "DELETE",
    path: "/raids",
    scope: "channel:manage:raids",
    actor: ofBroadcaster,
    query: ["broadcaster_id"],
    limit: { calls: 10, windowMs: 600_000 },
    run: ({ state, query }) =>
      state.raids.delete(query["broadcaster_id"] ?? "")
        ? done
        : { status: 404, message: "The broadcaster doesn't have a pending raid to cancel." },
  },
  {
    method: "POST",
    path: "/polls",
    scope: "channel:manage:polls",
    actor: inBody,
    body: pollBody,
    run({ state, body }) {
      const { broadcaster_id, title, choices } = pollBody.parse(body);
      const titles = choices.map((choice) => choice.title);
      const poll = state.startVote(broadcaster_id, "poll", titles);
      if (!poll) return { status: 400, message: "There is an active poll already." };
      return { status: 200, data: [{ id: poll.id, title, choices: poll.choices, status: poll.status }] };
    },
  },
  { method: "PATCH", path: "/polls", scope: "channel:manage:polls", ...endVote("poll") },
  {
    method: "POST",
    path: "/predictions",
    scope: "channel:manage:predictions",
    actor: inBody,
    body: predictionBody,
    run({ state, body }) {
      const { broadcaster_id, title, outcomes } = predictionBody.parse(body);
      const titles = outcomes.map((outcome) => outcome.title);
      const prediction = state.startVote(broadcaster_id, "prediction", titles);
      if (!prediction) return { status: 400, message: "There is an active prediction already." };
      const { id, choices, status } = prediction;
      return { status: 200, data: [{ id, title, outcomes: choices, status }] };
    },
  },
  {
    method: "PATCH",
    path: "/predictions",
    scope: "channel:manage:predictions",
    ...endVote("prediction"),
  },
];
