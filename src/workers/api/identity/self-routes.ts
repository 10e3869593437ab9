import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { profileChange, shownProfile } from "#db/profile";
import { failures, jsonBody, ok } from "#workers/api/answers";

const tags = ["identity"];
const usual = failures(400, 401, 403, 404, 413, 415, 429);
const receipt = z.object({
  id: z.string(),
  requested_at: z.string(),
  finished_at: z.string().nullable().describe("Null while it is under way"),
  steps: z.record(z.string(), z.int()).describe("How many rows or things, by what they were in"),
  kept: z.record(z.string(), z.string()).describe("What is kept, and why"),
});

export const profile = createRoute({
  method: "get",
  path: "/profile",
  tags,
  summary: "The caller's profile",
  responses: { 200: ok(shownProfile), ...usual },
});

export const change = createRoute({
  method: "patch",
  path: "/profile",
  tags,
  summary: "Change the caller's name, words of their own, picture, or who may look them up",
  request: { body: jsonBody(profileChange) },
  responses: { 200: ok(shownProfile), ...usual },
});

export const exported = createRoute({
  method: "get",
  path: "/export",
  tags,
  summary: "Everything of the caller's, table by table, without secrets",
  responses: {
    200: ok(
      z.object({
        user: shownProfile,
        tables: z.record(z.string(), z.array(z.unknown())),
        cut: z.array(z.string()).describe("Tables of which there is more"),
      }),
    ),
    ...usual,
  },
});

export const remove = createRoute({
  method: "post",
  path: "/deletion",
  tags,
  summary: "Delete the caller and everything of theirs, for good; the answer is the receipt",
  request: {
    body: jsonBody(
      z.strictObject({ display_name: z.string().max(200).describe("Typed, so that it is meant") }),
    ),
  },
  responses: { 200: ok(receipt), ...usual, ...failures(409) },
});
