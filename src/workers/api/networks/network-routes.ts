import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { community } from "#workers/api/communities/community-routes";
import { ifMatch } from "#workers/api/communities/etag";
import {
  hostField,
  networkChange,
  networkTest,
  newNetwork,
  shownNetwork,
} from "#workers/api/networks/network-fields";

const tags = ["irc-networks"];
const base = "/{community_id}/irc-networks";
const one = community.extend({ host: hostField });
const usual = failures(400, 401, 403, 404, 429);
const shown = z.object({ network: shownNetwork });

export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "A community's IRC networks with their channels; no password is ever shown",
  request: { params: community },
  responses: { 200: ok(z.object({ networks: z.array(shownNetwork), count: z.int() })), ...usual },
});

export const create = createRoute({
  method: "post",
  path: base,
  tags,
  summary: "A new IRC network; gateways connect to it once it has a channel",
  request: { params: community, body: jsonBody(newNetwork) },
  responses: { 201: ok(shown, "Made"), ...usual, ...failures(409, 413, 415, 503) },
});

export const get = createRoute({
  method: "get",
  path: `${base}/{host}`,
  tags,
  summary: "One IRC network",
  request: { params: one },
  responses: { 200: ok(shown), ...usual },
});

export const update = createRoute({
  method: "put",
  path: `${base}/{host}`,
  tags,
  summary: "Change some fields of an IRC network; running gateways follow at once",
  request: { params: one, headers: ifMatch, body: jsonBody(networkChange) },
  responses: { 200: ok(shown), ...usual, ...failures(409, 412, 413, 415, 503) },
});

export const remove = createRoute({
  method: "delete",
  path: `${base}/{host}`,
  tags,
  summary: "Remove an IRC network with its passwords; its channels stay in the community, unheard",
  request: { params: one, headers: ifMatch },
  responses: { 200: ok(z.object({ host: z.string() })), ...usual, ...failures(412) },
});

export const test = createRoute({
  method: "post",
  path: `${base}/{host}/test`,
  tags,
  summary: "Whether the bot is on this network now, and why not; nothing is connected anew",
  request: { params: one },
  responses: { 200: ok(z.object({ test: networkTest })), ...usual, ...failures(503) },
});
