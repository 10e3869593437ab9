import type { Target } from "#test/e2e/bad-requests";
import { aLine, demoId, twitchEntity } from "#test/e2e/router-client";

const entity = { entity_id: twitchEntity };
const execution = `${Buffer.from(twitchEntity).toString("base64url")}.eA`;
const command = {
  community_id: demoId,
  prefix: "#",
  command: "fuzz",
  description: "d",
  target: { type: "webhook", url: "https://fuzz.example/" },
  role_cooldowns: { owner: 1 },
  event_types: ["follow"],
  priority: 5,
};
const rule = {
  community_id: demoId,
  string: "never said",
  action: "warn",
  match_type: "regex",
  enabled_entity_ids: [twitchEntity],
  priority: 3,
};
const response = {
  execution_id: execution,
  session_id: "sess_1",
  module_name: "m",
  success: true,
  response_action: "form",
  form_title: "t",
  form_fields: [{ name: "a", type: "text", label: "a" }],
  form_submit_url: "https://x.example/",
};

/** The router's routes, each with a request that is right. */
export const routerGroups: Readonly<Record<string, Target[]>> = {
  events: [
    { method: "POST", path: "/api/v1/router/events", body: aLine() },
    {
      method: "POST",
      path: "/api/v1/router/events",
      body: { ...aLine({ message_type: "cheer", bits: 5 }), tier: "1", metadata: { a: 1 } },
    },
    {
      method: "POST",
      path: "/api/v1/router/events",
      body: aLine({ message_type: "slashCommand", command_name: "ping", options: { a: "b" } }),
    },
    {
      method: "POST",
      path: "/api/v1/router/events",
      body: aLine({ message_type: "button_click", custom_id: "a:b:c", values: ["x"] }),
    },
  ],
  batch: [
    { method: "POST", path: "/api/v1/router/events/batch", body: { events: [aLine(), { a: 1 }, null] } },
  ],
  commands: [
    {
      method: "GET",
      path: "/api/v1/router/commands",
      query: { prefix: "!", community_id: "2", category: "x", enabled_only: "true", limit: "5", ...entity },
    },
    { method: "POST", path: "/api/v1/router/commands", body: command },
    { method: "PUT", path: "/api/v1/router/commands/{}", body: { priority: 1, description: "x" } },
    { method: "PUT", path: "/api/v1/router/commands/1/permissions", body: { ...entity, is_enabled: true } },
    { method: "DELETE", path: "/api/v1/router/commands/{}" },
  ],
  "string rules": [
    {
      method: "GET",
      path: "/api/v1/router/string-rules",
      query: { ...entity, community_id: "2", after: "0", limit: "5", is_active: "true" },
    },
    { method: "GET", path: "/api/v1/router/string-rules/stats", query: { community_id: "2" } },
    {
      method: "GET",
      path: "/api/v1/router/string-rules/would-have-hit",
      query: { community_id: "2", after: "0", limit: "5" },
    },
    { method: "POST", path: "/api/v1/router/string-rules", body: rule },
    { method: "PUT", path: "/api/v1/router/string-rules/{}", body: { string: "x", priority: 1 } },
    { method: "DELETE", path: "/api/v1/router/string-rules/{}" },
    { method: "POST", path: "/api/v1/router/string-rules/test", body: { ...rule, text: "x", replaces: 1 } },
  ],
  responses: [
    { method: "POST", path: "/api/v1/router/responses", body: response },
    {
      method: "POST",
      path: "/api/v1/router/responses",
      body: { ...response, response_action: "general", content: "c", style: { color: "red" } },
    },
    {
      method: "GET",
      path: "/api/v1/router/responses/recent",
      query: { module_name: "m", success_only: "true", limit: "5" },
    },
    { method: "GET", path: "/api/v1/router/responses/{}" },
    { method: "GET", path: "/api/v1/router/sessions/{}", query: entity },
  ],
  executions: [
    { method: "GET", path: "/api/v1/router/executions", query: { ...entity, event_id: "x", limit: "5" } },
    { method: "GET", path: "/api/v1/router/executions/{}" },
    { method: "POST", path: "/api/v1/router/executions/{}/replay", query: { dry: "1" } },
  ],
  simulations: [
    {
      method: "POST",
      path: "/api/v1/router/simulations",
      body: { ...entity, text: "!ping", user_key: "twitch:1", platform_role: "owner" },
    },
  ],
  queues: [
    { method: "GET", path: "/api/v1/router/queues", query: entity },
    {
      method: "GET",
      path: "/api/v1/router/dead-letters",
      query: { ...entity, from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", limit: "5" },
    },
    {
      method: "POST",
      path: "/api/v1/router/dead-letters/replay",
      body: { ...entity, from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" },
    },
    { method: "POST", path: "/api/v1/router/dead-letters/{}/replay", query: entity },
  ],
  "entities and modules": [
    {
      method: "GET",
      path: "/api/v1/router/entities",
      query: { platform: "twitch", community_id: "2", after: "a:b", limit: "5" },
    },
    { method: "GET", path: "/api/v1/router/communities/{}/modules" },
    {
      method: "PUT",
      path: "/api/v1/router/communities/2/modules/alerts",
      body: { is_enabled: true, settings: { follow: "hi" } },
    },
    { method: "PUT", path: "/api/v1/router/communities/2/modules/{}", body: { is_enabled: true } },
  ],
};
