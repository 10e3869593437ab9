import { createRoute } from "@hono/zod-openapi";
import { failures } from "#workers/api/answers";
import { community } from "#workers/api/communities/community-routes";

const responses = {
  101: { description: "The socket" },
  ...failures(400, 401, 403, 404, 426, 429),
};

export const feed = createRoute({
  method: "get",
  path: "/{community_id}/feed",
  tags: ["activity"],
  summary: "A WebSocket: what comes in, is decided and done in a community, for its moderators and above",
  request: { params: community },
  responses,
});

export const chat = createRoute({
  method: "get",
  path: "/{community_id}/chat",
  tags: ["communities"],
  summary: "A WebSocket: the chat of a community's members",
  request: { params: community },
  responses,
});
