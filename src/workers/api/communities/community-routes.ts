import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { communitySlug, communityTheme, communityType, joinMode } from "#contracts/community";
import { communityRow } from "#db/communities/community-store";
import { isReserved, nameKey } from "#db/communities/names";
import { checkUrl } from "#lib/safe-url";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { ifMatch } from "#workers/api/communities/etag";
import { limitText, line, rowIdText } from "#workers/api/router/fields";

const tags = ["communities"];
export const community = z.strictObject({ community_id: rowIdText });
export const idCursor = z.coerce.number().int().min(0).max(2_147_483_647).default(0);
export const nextCursor = z.string().nullable().describe("Null on the last page");
export const userKeyField = line(300).regex(
  /^[a-z][a-z0-9-]{0,31}:[^\s\p{Cc}:]{1,260}$/u,
  "is platform:user id, like twitch:1234",
);

/** Shown to people: no characters that are not seen, and nothing that turns the text around. */
export const shownText = (most: number) =>
  line(most, 0)
    .trim()
    .refine(
      (text) => !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text),
      "holds characters that cannot be shown",
    );

const name = shownText(64)
  .refine((text) => nameKey(text).length > 0, "needs a letter or a digit")
  .refine((text) => !isReserved(text), "is a name of the house");
const theme = communityTheme.refine(({ logo_url }) => logo_url === null || checkUrl(logo_url).ok, {
  path: ["logo_url"],
  message: "is an https address on the internet",
});
const fields = { name, description: shownText(1000), type: communityType, join_mode: joinMode, theme };

export const newCommunity = z.strictObject({
  ...fields,
  slug: communitySlug
    .refine((slug) => !isReserved(slug), "is a word of the house")
    .optional()
    .describe("Made of the name where it is not there; it stays"),
  description: fields.description.default(""),
  type: communityType.default("creator"),
  join_mode: joinMode.default("open"),
  theme: theme.default({ logo_url: null, colors: {} }),
  owner: userKeyField.optional().describe("One of the caller's own accounts; a service names anybody's"),
});

export const communityChange = z
  .strictObject(fields)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "changes nothing");

const shown = z.object({ community: communityRow });
const usual = failures(400, 401, 403, 404, 429);
const one = "/{community_id}";

export const list = createRoute({
  method: "get",
  path: "/",
  tags,
  summary: "The communities the caller belongs to; for a service of the house all of them",
  request: { query: z.strictObject({ cursor: idCursor, limit: limitText(200, 50) }) },
  responses: {
    200: ok(z.object({ communities: z.array(communityRow), count: z.int(), next_cursor: nextCursor })),
    ...usual,
  },
});

export const create = createRoute({
  method: "post",
  path: "/",
  tags,
  summary: "A new community; whoever makes it owns it",
  request: { body: jsonBody(newCommunity) },
  responses: { 201: ok(shown, "Made"), ...usual, ...failures(409, 413, 415) },
});

export const get = createRoute({
  method: "get",
  path: one,
  tags,
  summary: "One community; its version is in `ETag`",
  request: { params: community },
  responses: { 200: ok(shown), ...usual },
});

export const update = createRoute({
  method: "put",
  path: one,
  tags,
  summary: "Change some fields of a community; its slug stays",
  request: { params: community, headers: ifMatch, body: jsonBody(communityChange) },
  responses: { 200: ok(shown), ...usual, ...failures(409, 412, 413, 415) },
});

export const remove = createRoute({
  method: "delete",
  path: one,
  tags,
  summary: "Delete a community: it is hidden, and its channels are nobody's again",
  request: { params: community, headers: ifMatch },
  responses: { 200: ok(z.object({ id: z.int() })), ...usual, ...failures(409, 412) },
});
