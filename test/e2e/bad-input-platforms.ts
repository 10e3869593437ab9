import { overlayTheme } from "#contracts/overlay-theme";
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
const remove = (path: string): Target => ({ method: "DELETE", path });

const community = `/api/v1/communities/${demoId}`;
const timer = {
  cron: "*/10 * * * *",
  timezone: "Europe/Berlin",
  action: "message",
  payload: "hi",
  enabled: false,
  only_when_live: true,
  min_lines_since_last: 3,
};
const webhook = {
  url: "https://hooks.example/in",
  description: "d",
  event_types: ["follow", "command.executed"],
  enabled: true,
};
const order = { entity_id: twitchEntity, action: "shoutout", params: { user: "bob" }, idempotency_key: "k" };

/** What platforms, timers and webhooks of a community brought along. */
export const platformGroups: Readonly<Record<string, Target[]>> = {
  timers: [
    get(`${community}/timers`, { entity_id: twitchEntity, after: "0", limit: "5" }),
    post(`${community}/timers`, { entity_id: twitchEntity, ...timer }),
    post(`${community}/timers`, { entity_id: twitchEntity, ...timer, cron: null, interval_seconds: 600 }),
    get(`${community}/timers/{}`),
    send("PUT", `${community}/timers/{}`, timer),
    remove(`${community}/timers/{}`),
    get("/api/v1/communities/{}/timers"),
  ],
  overlays: [
    get(`${community}/overlays`),
    post(`${community}/overlays/ticker/rotate`, { grace: true }),
    remove(`${community}/overlays/{}`),
    send("PUT", `${community}/overlays/ticker/theme`, { ...overlayTheme.parse({}) }),
    post(`${community}/overlays/{}/test`),
    get(`${community}/overlays/frames/ticker/{}`),
    post("/browser/source/display", {
      community_id: demoId,
      source_type: "ticker",
      content: "hi",
      duration: 5,
      priority: 1,
      session_id: "s",
    }),
    get("/browser/source/admin/tokens", { community_id: String(demoId) }),
    post("/browser/source/admin/tokens", { community_id: demoId, source_type: "goal" }),
    post("/browser/source/admin/tokens/{}/regenerate?grace=true"),
    remove("/browser/source/admin/tokens/{}"),
    get("/browser/source/api/communities/{}/urls"),
    get("/browser/source/stats"),
  ],
  webhooks: [
    get(`${community}/webhooks`),
    post(`${community}/webhooks`, webhook),
    get(`${community}/webhooks/{}`),
    send("PUT", `${community}/webhooks/{}`, webhook),
    remove(`${community}/webhooks/{}`),
    post(`${community}/webhooks/{}/verify`),
    post(`${community}/webhooks/{}/rotate-secret`),
    post(`${community}/webhooks/{}/test`),
    get(`${community}/webhooks/{}/deliveries`, { state: "dead", limit: "5" }),
    post(`${community}/webhooks/1/deliveries/{}/replay`),
    post(`${community}/webhooks/{}/deliveries/replay`),
  ],
  connections: [
    get("/api/v1/communities/{}/connections"),
    remove(`${community}/connections/twitch/bot/{}`),
    get("/api/v1/connections", { limit: "5" }),
    post("/api/v1/connections/{}/start", { community_id: demoId, role: "bot", return_to: "/" }),
    post("/api/v1/connections/twitch/start", { community_id: demoId, role: "bot", return_to: "/" }),
  ],
  actions: [
    get("/api/v1/actions", { limit: "5" }),
    post("/api/v1/actions/execute", order),
    post("/api/v1/actions/batch", { actions: [order, { a: 1 }, null] }),
  ],
  "watched channels": [
    post("/api/v1/channels/register", { community_id: demoId, channel_id: `UC${"a".repeat(22)}` }),
    get("/api/v1/channels", { community_id: String(demoId) }),
    remove("/api/v1/channels/{}"),
    get("/api/v1/broadcasts/{}"),
    get("/api/v1/youtube/quota", { limit: "5" }),
    get("/api/v1/twitch/subscriptions", { community_id: String(demoId), status: "enabled" }),
    post("/api/v1/twitch/subscriptions/retry", { community_id: demoId }),
  ],
};
