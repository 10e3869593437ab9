import * as z from "zod";
import { type ActionEndpoint, done, ofBroadcaster } from "#simulators/twitch/action-endpoint";
import { at } from "#simulators/twitch/actions-state";

const text = (longest: number) => z.string().min(1).max(longest);
const modQuery = ["broadcaster_id", "moderator_id"] as const;
const moderator = { actor: { in: "query", name: "moderator_id" }, asModerator: true } as const;

const banBody = z.object({
  data: z.object({
    user_id: z.string(),
    duration: z.int().min(1).max(1_209_600).optional(),
    reason: z.string().max(500).optional(),
  }),
});

/** Gives or takes a role; a person has it or has it not. */
function role(
  path: string,
  scope: string,
  set: "moderators" | "vips",
  method: "POST" | "DELETE",
): ActionEndpoint {
  return {
    method,
    path,
    scope,
    actor: ofBroadcaster,
    query: ["broadcaster_id", "user_id"],
    limit: { calls: 10, windowMs: 10_000 },
    run({ state, query }) {
      const key = at(query["broadcaster_id"] ?? "", query["user_id"] ?? "");
      const isThere = state[set].has(key);
      if (method === "POST" && isThere) return { status: 422, message: "The user has that role already." };
      if (method === "DELETE" && !isThere) return { status: 422, message: "The user has not that role." };
      if (method === "POST") state[set].add(key);
      else state[set].delete(key);
      return done;
    },
  };
}

/** Moderation, roles and what is said beside chat. */
export const peopleEndpoints: readonly ActionEndpoint[] = [
  {
    method: "POST",
    path: "/moderation/bans",
    scope: "moderator:manage:banned_users",
    ...moderator,
    query: modQuery,
    body: banBody,
    run({ state, query, body }) {
      const { user_id, duration } = banBody.parse(body).data;
      const broadcaster = query["broadcaster_id"] ?? "";
      const key = at(broadcaster, user_id);
      if (user_id === broadcaster) return { status: 400, message: "The broadcaster may not be banned." };
      if (state.banned.has(key) && duration === undefined)
        return { status: 400, message: "The user specified in the user_id field is already banned." };
      state.banned.add(key);
      return { status: 200, data: [{ broadcaster_id: broadcaster, user_id }] };
    },
  },
  {
    method: "DELETE",
    path: "/moderation/bans",
    scope: "moderator:manage:banned_users",
    ...moderator,
    query: [...modQuery, "user_id"],
    run: ({ state, query }) =>
      state.banned.delete(at(query["broadcaster_id"] ?? "", query["user_id"] ?? ""))
        ? done
        : { status: 400, message: "The user specified in the user_id field is not banned." },
  },
  {
    method: "DELETE",
    path: "/moderation/chat",
    scope: "moderator:manage:chat_messages",
    ...moderator,
    query: modQuery,
    optional: ["message_id"],
    run: () => done,
  },
  {
    method: "POST",
    path: "/chat/announcements",
    scope: "moderator:manage:announcements",
    ...moderator,
    query: modQuery,
    body: z.object({
      message: text(500),
      color: z.enum(["primary", "blue", "green", "orange", "purple"]).optional(),
    }),
    limit: { calls: 1, windowMs: 2000 },
    run: () => done,
  },
  {
    method: "POST",
    path: "/chat/shoutouts",
    scope: "moderator:manage:shoutouts",
    ...moderator,
    query: ["from_broadcaster_id", "to_broadcaster_id", "moderator_id"],
    limit: { calls: 1, windowMs: 120_000 },
    run: ({ query }) =>
      query["from_broadcaster_id"] === query["to_broadcaster_id"]
        ? { status: 400, message: "The broadcaster may not give themselves a Shoutout." }
        : done,
  },
  {
    method: "POST",
    path: "/whispers",
    scope: "user:manage:whispers",
    actor: { in: "query", name: "from_user_id" },
    query: ["from_user_id", "to_user_id"],
    body: z.object({ message: text(10_000) }),
    limit: { calls: 3, windowMs: 1000 },
    run: () => done,
  },
  role("/moderation/moderators", "channel:manage:moderators", "moderators", "POST"),
  role("/moderation/moderators", "channel:manage:moderators", "moderators", "DELETE"),
  role("/channels/vips", "channel:manage:vips", "vips", "POST"),
  role("/channels/vips", "channel:manage:vips", "vips", "DELETE"),
];
