import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { platformName } from "#contracts/platform-name";
import { openDatabase } from "#db/client";
import { failures, jsonBody } from "#workers/api/answers";
import { flat } from "#workers/api/flat";
import { plainText } from "#workers/api/legacy/fields";
import { findPerson, type Person } from "#workers/api/legacy/identity-store";
import { makeRoutes } from "#workers/api/make-routes";
import { failure } from "#workers/shared/envelope";

const byAccount = z.strictObject({
  platform: platformName,
  platform_user_id: plainText(255),
  username: plainText(255).optional().describe("As the platform shows it; not used to find anybody"),
});
const byName = z.strictObject({ identity_name: plainText(255).describe("The person's name in the hub") });

const identity = z.object({
  platform: z.string(),
  platform_user_id: z.string(),
  platform_username: z.string(),
});

const context = createRoute({
  method: "post",
  path: "/context",
  tags: ["legacy"],
  summary: "Whose account is this?",
  request: { body: jsonBody(z.union([byAccount, byName])) },
  responses: {
    200: flat(
      z.object({
        success: z.literal(true),
        user_id: z.int(),
        username: z.string(),
        display_name: z.string(),
        identities: z.array(identity),
      }),
    ),
    ...failures(400, 401, 403, 404),
  },
});

export function contextRoutes() {
  return makeRoutes().openapi(context, async (c) => {
    const body = c.req.valid("json");
    const key =
      "identity_name" in body
        ? { username: body.identity_name }
        : { platform: body.platform, platformUserId: body.platform_user_id };
    const person = await findPerson(openDatabase(c.env), key);
    return person ? c.json(toReply(person), 200) : failure(c, 404, "Nobody has linked that account.");
  });
}

function toReply({ userId, username, displayName, identities }: Person) {
  return {
    success: true as const,
    user_id: userId,
    username,
    display_name: displayName,
    identities: identities.map(({ platform, platformUserId, platformUsername }) => ({
      platform,
      platform_user_id: platformUserId,
      platform_username: platformUsername,
    })),
  };
}
