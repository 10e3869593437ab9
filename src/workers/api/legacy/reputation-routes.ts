import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { openDatabase } from "#db/client";
import { failures, jsonBody } from "#workers/api/answers";
import { flat } from "#workers/api/flat";
import { plainText } from "#workers/api/legacy/fields";
import { addReputation, findUserKey } from "#workers/api/legacy/reputation-store";
import { makeRoutes } from "#workers/api/make-routes";
import { failure } from "#workers/shared/envelope";

const maxPostgresInt = 2_147_483_647;
const hubUserId = z.int().min(1).max(maxPostgresInt);
const userKey = z
  .string()
  .max(300)
  .regex(/^[a-z][a-z0-9-]{0,31}:[^\p{Cc}\p{Cs}:]+$/u, "must be platform:user id, or a hub user's id");

const reputation = createRoute({
  method: "post",
  path: "/reputation",
  tags: ["legacy"],
  summary: "Somebody did something that counts",
  request: {
    headers: z.object({
      "idempotency-key": z
        .string()
        .regex(/^[\w.:-]{1,128}$/, "1 to 128 letters, digits and _ . : -")
        .optional()
        .describe("The same key counts once"),
    }),
    body: jsonBody(
      z.strictObject({
        user_id: z.union([hubUserId, userKey]),
        activity_type: plainText(64),
        points: z.int().min(-10_000).max(10_000),
        community_id: z.int().min(1).max(maxPostgresInt),
      }),
    ),
  },
  responses: {
    200: flat(
      z.object({
        success: z.literal(true),
        user_id: z.string().describe("The account that was credited"),
        community_id: z.int(),
        points: z.string().describe("The sum now; text, because it may be beyond 2⁵³"),
        counted: z.boolean().describe("False when this key had been counted before"),
      }),
    ),
    ...failures(400, 401, 403, 404),
  },
});

export function reputationRoutes() {
  return makeRoutes().openapi(reputation, async (c) => {
    const { user_id, activity_type, points, community_id } = c.req.valid("json");
    const db = openDatabase(c.env);
    const creditedKey =
      typeof user_id === "string"
        ? user_id
        : await findUserKey(db, { hubUserId: user_id, communityId: community_id });
    if (creditedKey === undefined) return failure(c, 404, "There is no such user with a linked account.");
    const given = c.req.valid("header")["idempotency-key"];
    const result = await addReputation(db, {
      // With the caller's id before it, so that no caller can use up another's keys.
      key: `${c.get("principal").id}/${given ?? crypto.randomUUID()}`,
      communityId: community_id,
      userKey: creditedKey,
      activityType: activity_type,
      points,
    });
    if (!result) return failure(c, 404, "There is no such community.");
    const reply = {
      user_id: creditedKey,
      community_id,
      points: String(result.points),
      counted: result.isCounted,
    };
    return c.json({ success: true as const, ...reply }, 200);
  });
}
