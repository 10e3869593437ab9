import { platformGroups } from "#test/e2e/bad-input-platforms";
import { routerGroups } from "#test/e2e/bad-input-router";
import type { Target } from "#test/e2e/bad-requests";
import { demoId, twitchEntity } from "#test/e2e/router-client";

const get = (path: string, query?: Record<string, string>): Target => ({
  method: "GET",
  path,
  ...(query ? { query } : {}),
});
const send = (method: string, path: string, body: Record<string, unknown> = {}): Target => ({
  method,
  path,
  body,
});
const post = (path: string, body?: Record<string, unknown>) => send("POST", path, body);

const container = { container_id: "a", platform: "twitch" };
const report = { container_id: "a", entity_id: twitchEntity, fencing: 1 };
const coordination = (base: string): Target[] => [
  post(`${base}/claim`, { ...container, max_claims: 1, prioritize_live: true }),
  post(`${base}/release`, { ...container, entity_ids: [twitchEntity] }),
  post(`${base}/checkin`, container),
  post(`${base}/heartbeat`, { ...container, extend_claims: true }),
  post(`${base}/status`, { ...report, is_live: true, viewer_count: 1, metadata: { a: 1 } }),
  post(`${base}/error`, { ...report, error_message: "x" }),
  post(`${base}/release-offline`, container),
  post(`${base}/populate`, { platform: "twitch", reset_errors: false }),
  get(`${base}/stats`, { platform: "twitch", container_id: "a" }),
  get(`${base}/entities`, {
    platform: "twitch",
    status: "live",
    claimed_by: "a",
    is_live: "true",
    limit: "5",
  }),
];

const legacy: Target[] = [
  post("/api/modules/register", {
    module_name: "m",
    module_version: "1",
    platform: "twitch",
    endpoint_url: "https://a.example/",
    health_check_url: "https://a.example/",
    config: { a: 1 },
  }),
  post("/api/modules/heartbeat", { module_name: "m", status: "active" }),
  post("/api/context", { platform: "twitch", platform_user_id: "1", username: "u" }),
  post("/api/context", { identity_name: "somebody" }),
  post("/api/reputation", { user_id: "twitch:1", activity_type: "raid", points: 1, community_id: demoId }),
  post("/api/gateway/activate", { platform: "twitch", server_id: "1", channel_id: "2" }),
  get("/api/servers", { platform: "twitch", active: "true", limit: "5", after: "a" }),
];

const keys: Target[] = [
  post("/api/v1/keys", {
    name: "k",
    roles: ["trigger"],
    scopes: ["events"],
    community_id: demoId,
    limit_per_minute: 5,
    expires_at: "2999-01-01T00:00:00Z",
  }),
  get("/api/v1/keys", { community_id: String(demoId), limit: "5" }),
  get("/api/v1/keys/{}"),
  post("/api/v1/keys/{}/disable"),
  post("/api/v1/keys/{}/rotate"),
];

const person = { user_key: "twitch:1", community_id: demoId, entity_id: twitchEntity };
const rbac: Target[] = [
  post("/api/v1/rbac/permissions/check", { checks: [{ ...person, permission: "users.ban" }] }),
  post("/api/v1/rbac/roles/assign", { assignments: [{ ...person, role: "moderator" }] }),
  post("/api/v1/rbac/roles/list", { user_keys: ["twitch:1"], community_id: demoId }),
  post("/api/v1/rbac/global-members", { user_keys: ["twitch:1"] }),
  post("/api/v1/rbac/communities/{}/leave", { user_key: "twitch:1" }),
];

const admin = {
  username: "fuzz",
  email: "a@b.example",
  full_name: "F",
  created_by: "t",
  permissions: ["a:b"],
};
const broker: Target[] = [
  post("/api/broker/v1/super-admins", { ...admin, notes: "n" }),
  get("/api/broker/v1/super-admins", { include_inactive: "true" }),
  get("/api/broker/v1/super-admins/{}"),
  send("PUT", "/api/broker/v1/super-admins/{}", {
    email: "c@d.example",
    full_name: "F",
    is_active: true,
    notes: "n",
  }),
  post("/api/broker/v1/super-admins/{}/deactivate", { deactivated_by: "t", reason: "r" }),
  post("/api/broker/v1/super-admins/{}/regenerate-key", { regenerated_by: "t" }),
  get("/api/broker/v1/audit-log", { username: "fuzz", action: "x", limit: "5", offset: "0" }),
  post("/api/broker/v1/backup", { backup_type: "manual", created_by: "t" }),
  get("/api/broker/v1/kong/info"),
  get("/api/broker/v1/kong/consumers", { size: "5", offset: "0" }),
  post("/api/broker/v1/kong/consumers/{}/backup", { backup_type: "manual", created_by: "t" }),
  post("/api/broker/v1/kong/consumers/{}/restore", { backup_id: 1, restored_by: "t" }),
  get("/api/broker/v1/statistics"),
];

const log = {
  community_id: String(demoId),
  entity_id: twitchEntity,
  platform: "twitch",
  type: "cheer",
  from: "2026-01-01T00:00:00Z",
  to: "2026-02-01T00:00:00Z",
  before: "0".repeat(64),
  limit: "5",
};
const receivers: Target[] = [
  get("/api/v1/receivers", { limit: "5" }),
  get("/api/v1/receivers/events", log),
  get("/api/v1/receivers/activities", { ...log, user: "twitch:1" }),
];

/** What comes in from outside without a key: nothing here is signed, so all of it is turned away, and none of it breaks. */
const edge: Target[] = [
  post("/webhooks/twitch", { subscription: { type: "channel.follow" }, event: { a: 1 } }),
  post("/webhooks/slack/events", { type: "event_callback", event: { type: "message" } }),
  post("/interactions/discord", { type: 2, data: { name: "x" } }),
  post("/webhooks/kick", { message_id: "1", content: "x" }),
  post("/webhooks/{}", { a: 1 }),
  get("/overlay/{}/ticker"),
  get("/overlay/socket/{}"),
  get("/gateway"),
];

/** Every route there is, by group, each with a request that is right. */
export const groups: Readonly<Record<string, Target[]>> = {
  ...routerGroups,
  metrics: [get("/api/v1/router/metrics", { entity_id: twitchEntity }), get("/api/v1/router/health")],
  coordination: [...coordination("/api/v1/router/coordination"), ...coordination("/router/coordination")],
  collectors: legacy,
  keys,
  rbac,
  broker,
  receivers,
  ...platformGroups,
  edge,
};
