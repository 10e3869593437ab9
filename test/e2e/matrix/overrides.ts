import { makeExecutionId } from "#contracts/ids";

/** Where the document's own words do not make a right request, or not one about the community in question. */
export interface Override {
  path?: (community: number) => Record<string, string>;
  query?: (community: number) => Record<string, string>;
  body?: (community: number) => unknown;
  /** A state-changing method that changes nothing that is kept, and why; it leaves no audit row. */
  changesNothing?: string;
  /** How many things one request changes, each with a row of its own; one where nothing is said. */
  auditRows?: number;
  /** Serves each caller what is theirs, whatever community is named, and why that shows nothing of a foreign one. */
  isOpenToAll?: string;
  /** Why this world has no request that would be served: it needs what only a running platform or an earlier call gives. */
  inVain?: string;
}

const entity = (community: number) => `twitch:${community}`;
const invitationOf = (community: number) => `wbi_${String(community).padStart(43, "c")}`;
const network = (community: number) => ({ host: `irc${community}.example` });
const key = (community: number) => ({ id: `wb_${community}` });
const version = (community: number) => ({ version_id: String(community) });
const overlay = () => ({ type: "ticker" });
const user = (community: number) => `twitch:target${community}`;
/** Secrets that people type in. */
export const typedIn: readonly string[] = [
  "typed-in-password-1",
  "typed-in-password-2",
  `AIza${"a".repeat(35)}`,
];
const member = "everybody here is a member of their own community";
const people = "people are no community's; what others see of them is theirs to say";
const session = "it asks for a browser's session, and a token is none";
const house = "it is for services of the house, which no person is";
const runs = "what it is about only comes of something that ran";
const socket = "it wants a WebSocket";
const isHousesLog = "what machines report all the time is kept as reported, not as an audit entry";
const reads = "it only asks";

/** By operation. A new route needs an entry only when its request cannot be made of the document. */
export const overrides: Readonly<Record<string, Override>> = {
  "DELETE /api/v1/auth/sessions/{id}": { inVain: session },
  "POST /api/v1/communities/{community_id}/portal-logins": {
    body: (id) => ({ email: `guest${id}@pond.example` }),
    inVain: "it wants a mail server, and this world has none",
  },
  "DELETE /api/v1/communities/{community_id}/portal-logins/{user_id}": {
    path: (id) => ({ user_id: String(id) }),
    inVain: "nobody was given a login by mail",
  },
  "POST /api/v1/rbac/permissions/check": {
    body: (id) => ({ checks: [{ user_key: user(id), permission: "commands.basic", community_id: id }] }),
    changesNothing: reads,
  },
  "POST /api/v1/rbac/roles/assign": {
    body: (id) => ({ assignments: [{ user_key: user(id), community_id: id, role: "moderator" }] }),
  },
  "POST /api/v1/rbac/roles/list": {
    body: (id) => ({ user_keys: [user(id)], community_id: id }),
    changesNothing: reads,
  },
  "PUT /api/v1/communities/{community_id}": { body: () => ({ description: "new" }) },
  "POST /api/v1/communities": { body: (id) => ({ name: `Made of ${id} ${Math.random()}` }) },
  "POST /api/v1/communities/{community_id}/labels": {
    body: () => ({ name: "fresh", category: "user" }),
  },
  "PUT /api/v1/communities/{community_id}/labels/{label_id}": { body: () => ({ description: "new" }) },
  "POST /api/v1/communities/{community_id}/labels/apply": {
    body: (id) => ({ entity_type: "user", entity_id: user(id), label_id: id }),
  },
  "POST /api/v1/communities/{community_id}/labels/remove": {
    body: (id) => ({ entity_type: "user", entity_id: "twitch:labelled", label_id: id }),
  },
  "GET /api/v1/communities/{community_id}/labels/search": {
    query: () => ({ entity_type: "user", labels: "canary" }),
  },
  "GET /api/v1/communities/{community_id}/entity/{entity_type}/{entity_id}/labels": {
    path: () => ({ entity_type: "user", entity_id: "twitch:labelled" }),
  },
  "POST /api/v1/communities/{community_id}/entity-groups": {
    body: (id) => ({ name: "fresh", entity_id: entity(id), kind: "twitch_vip" }),
  },
  "PUT /api/v1/communities/{community_id}/join-requests/{request_id}": {
    body: () => ({ status: "approved" }),
  },
  "POST /api/v1/communities/{community_id}/join": {
    body: () => ({}),
    isOpenToAll: "whoever knows a community may ask to be let in; one for invited people only says so (§2.9)",
    inVain: member,
  },
  "GET /api/v1/identity/user/{id}": {
    isOpenToAll: people,
  },
  "POST /api/v1/communities/invitations/accept": {
    body: (id) => ({ code: invitationOf(id) }),
    inVain: member,
  },
  "POST /api/v1/communities/{community_id}/entity-groups/{group_id}/assign": {
    body: (id) => ({ user_key: `twitch:fresh${id}` }),
  },
  "POST /api/v1/communities/{community_id}/irc-networks": {
    body: (id) => ({
      host: `fresh${id}.example`,
      nick: "waddle",
      password: typedIn[0],
      sasl: { account: "waddle", password: typedIn[1] },
    }),
  },
  "GET /api/v1/communities/{community_id}/irc-networks/{host}": { path: network },
  "PUT /api/v1/communities/{community_id}/irc-networks/{host}": {
    path: network,
    body: () => ({ nick: "fresh" }),
  },
  "DELETE /api/v1/communities/{community_id}/irc-networks/{host}": { path: network },
  "POST /api/v1/communities/{community_id}/keys/{id}/disable": { path: key },
  "POST /api/v1/communities/{community_id}/keys/{id}/rotate": { path: key },
  "GET /api/v1/keys/{id}": { path: key },
  "POST /api/v1/keys/{id}/disable": { path: key },
  "POST /api/v1/keys/{id}/rotate": { path: key },
  "DELETE /api/v1/communities/{community_id}/members/{user_key}/notes/{note_id}": {
    path: (id) => ({ note_id: String(id) }),
  },
  "DELETE /api/v1/communities/{community_id}/overlays/{type}": { path: overlay },
  "POST /api/v1/communities/{community_id}/overlays/{type}/rotate": { path: overlay },
  "POST /api/v1/communities/{community_id}/overlays/{type}/test": {
    path: overlay,
    changesNothing: "a sample of the house's own is shown",
  },
  "PUT /api/v1/communities/{community_id}/overlays/{type}/theme": { path: overlay, body: () => ({}) },
  "GET /api/v1/communities/{community_id}/versions/{version_id}": { path: version },
  "POST /api/v1/communities/{community_id}/versions/{version_id}/undo": { path: version },
  "DELETE /browser/source/admin/tokens/{token}": { path: (id) => ({ token: String(id) }) },
  "POST /browser/source/admin/tokens/{token}/regenerate": { path: (id) => ({ token: String(id) }) },
  "POST /browser/source/display": {
    body: (id) => ({ community_id: id, source_type: "ticker", content: "fresh" }),
  },
  "PUT /api/v1/superadmin/users/{user_id}/active": {
    path: (id) => ({ user_id: String(id) }),
    body: () => ({ is_active: true }),
    changesNothing: "whoever asks is active already; locking oneself out is refused",
  },
  "PUT /api/v1/superadmin/communities/{community_id}/owner": { auditRows: 2 },
  "POST /api/v1/superadmin/platforms/{platform}/test": { changesNothing: reads },
  "POST /api/v1/communities/{community_id}/invitations": { body: () => ({}) },
  "PUT /api/v1/communities/{community_id}/members/{user_key}": {
    path: (id) => ({ user_key: `twitch:fresh${id}` }),
  },
  "PUT /api/v1/communities/{community_id}/members/{user_key}/role": { body: () => ({ role: "streamer" }) },
  "POST /api/v1/communities/{community_id}/platforms/{platform}": {
    body: (id) => ({ server_id: `fresh${id}` }),
  },
  "DELETE /api/v1/communities/{community_id}/connections/{platform}/{role}/{account_id}": {
    path: () => ({ role: "bot", account_id: "1" }),
    inVain: "accounts are connected at their platform",
  },
  "POST /api/v1/communities/{community_id}/timers": {
    body: (id) => ({ entity_id: entity(id), interval_seconds: 600, action: "message", payload: "hi" }),
  },
  "PUT /api/v1/communities/{community_id}/timers/{timer_id}": { body: () => ({ payload: "new" }) },
  "POST /api/v1/communities/{community_id}/webhooks": {
    body: () => ({ url: "https://a.example/hook", event_types: ["chatMessage"] }),
  },
  "PUT /api/v1/communities/{community_id}/webhooks/{webhook_id}": { body: () => ({ description: "new" }) },
  "POST /api/v1/communities/{community_id}/webhooks/{webhook_id}/verify": {
    inVain: "these are verified; another one would have to answer at its address",
  },
  "POST /api/v1/communities/{community_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/replay": {
    inVain: runs,
  },
  "POST /api/v1/communities/{community_id}/webhooks/{webhook_id}/test": {
    changesNothing: "what is sent as a trial stands in the deliveries",
  },
  "PUT /api/v1/communities/{community_id}/youtube/key": {
    body: () => ({ key: typedIn[2] }),
    inVain: "the sender seals keys, and here it has nothing to seal with",
  },
  "DELETE /api/v1/communities/{community_id}/youtube/key": { inVain: "no community here has a key" },
  "GET /api/v1/communities/{community_id}/chat": { inVain: socket },
  "GET /api/v1/communities/{community_id}/feed": { inVain: socket },
  "GET /api/v1/communities/{community_id}/overlays/frames/{part}/{seq}": { inVain: runs },
  "POST /api/context": { inVain: "it is about an account that a service has seen" },
  "POST /api/gateway/activate": {
    body: (id) => ({ platform: "twitch", server_id: String(id) }),
    changesNothing: "the channel is on already",
  },
  "DELETE /api/v1/identity/api-keys/{id}": { inVain: session },
  "POST /api/v1/identity/api-keys/{id}/regenerate": { inVain: session },
  "DELETE /api/v1/identity/mine/{id}": { inVain: session },
  "PATCH /api/v1/identity/mine/{id}": { inVain: session },
  "GET /api/v1/identity/platform/{platform}/{platform_id}": {
    path: (id) => ({ platform_id: `person${id}` }),
    isOpenToAll: people,
  },
  "POST /api/v1/rbac/global-members": { inVain: house },
  "GET /api/v1/reputation/internal/check/{community_id}/{user_key}": { inVain: house },
  "POST /api/v1/reputation/internal/events": { inVain: house },
  "POST /api/v1/reputation/internal/moderation": { inVain: house },
  "GET /api/v1/reputation/global/{user_key}": {
    isOpenToAll: "what somebody is worth in the community of all is for all",
  },
  "POST /api/v1/router/coordination/error": { inVain: runs },
  "POST /api/v1/router/coordination/status": { inVain: runs },
  "POST /api/v1/router/dead-letters/{id}/replay": { inVain: runs },
  "GET /api/v1/router/executions/{id}": { inVain: runs },
  "GET /api/v1/router/sessions/{id}": { inVain: runs },
  "POST /browser/source/admin/tokens": {
    body: (id) => ({ community_id: id, source_type: "media" }),
  },
  "PUT /api/v1/reputation/{community_id}/user/{user_key}": {
    body: () => ({ points_change: 5, reason: "matrix" }),
  },
  "PUT /api/v1/reputation/{community_id}/config": {
    body: () => ({ auto_ban: false, ban_threshold: 450, risk_buffer: 50 }),
  },
  "PUT /api/v1/reputation/{community_id}/scoring": { body: () => ({ rules: { message: 1 } }) },
  "PUT /api/v1/reputation/{community_id}/weights": { body: () => ({ weights: { follow: 2 } }) },
  "PUT /api/v1/reputation/{community_id}/licence": { body: () => ({ is_premium: true }) },
  "POST /api/v1/router/commands": {
    body: (id) => ({
      community_id: id,
      prefix: "#",
      command: "fresh",
      description: "d",
      target: { type: "webhook", url: "https://a.example/" },
    }),
  },
  "PUT /api/v1/router/commands/{id}": { body: () => ({ description: "new" }) },
  "PUT /api/v1/router/commands/{id}/permissions": {
    body: (id) => ({ entity_id: entity(id), is_enabled: false }),
  },
  "POST /api/v1/router/string-rules": {
    body: (id) => ({ community_id: id, string: "fresh", action: "warn" }),
  },
  "PUT /api/v1/router/string-rules/{id}": { body: () => ({ priority: 5 }) },
  "PUT /api/v1/router/communities/{id}/modules/{name}": {
    path: () => ({ name: "core" }),
    body: () => ({ is_enabled: false }),
  },
  "POST /api/v1/router/events": {
    body: (id) => ({
      entity_id: entity(id),
      user_id: "1",
      user_name: "n",
      message_type: "chatMessage",
      message: "hi",
    }),
    changesNothing: isHousesLog,
  },
  "POST /api/v1/router/events/batch": { changesNothing: isHousesLog },
  "POST /api/v1/router/responses": { changesNothing: isHousesLog },
  "POST /api/v1/router/simulations": { changesNothing: reads },
  "POST /api/v1/router/string-rules/test": { changesNothing: reads },
  "POST /api/v1/router/dead-letters/replay": {
    changesNothing: "what is done again stands in the execution log",
  },
  "POST /api/v1/router/coordination/checkin": { changesNothing: isHousesLog },
  "POST /api/v1/router/coordination/claim": { changesNothing: isHousesLog },
  "POST /api/v1/router/coordination/heartbeat": { changesNothing: isHousesLog },
  "POST /api/v1/router/coordination/populate": { changesNothing: isHousesLog },
  "POST /api/v1/router/coordination/release": { changesNothing: isHousesLog },
  "POST /api/v1/router/coordination/release-offline": { changesNothing: isHousesLog },
  "POST /api/modules/register": { changesNothing: isHousesLog },
  "POST /api/modules/heartbeat": { changesNothing: isHousesLog },
  "POST /api/reputation": { changesNothing: "credited deeds have a history of their own" },
  "POST /api/v1/twitch/subscriptions/retry": { changesNothing: "it asks sooner for what is wanted anyway" },
  "POST /api/v1/communities/{community_id}/webhooks/{webhook_id}/deliveries/replay": {
    changesNothing: "what is sent again stands in the deliveries",
  },
  "PUT /api/v1/communities/{community_id}/configuration": {
    changesNothing: "an empty file changes nothing; what a full one changes is a version each",
  },
  "GET /api/v1/router/executions": {
    isOpenToAll: "for a channel one may not look into the list is empty, foreign or not",
  },
  "POST /api/v1/router/executions/{id}/replay": {
    path: (id) => ({ id: makeExecutionId(entity(id), "twitch:m1") }),
    inVain: runs,
  },
  "POST /api/v1/actions/execute": {
    body: (id) => ({ entity_id: entity(id), action: "delete_message", params: { messageId: "1" } }),
  },
  "POST /api/v1/actions/batch": {
    body: (id) => ({
      actions: [{ entity_id: entity(id), action: "delete_message", params: { messageId: "1" } }],
    }),
  },
  "POST /api/v1/connections/{platform}/start": {
    body: (id) => ({ community_id: id, role: "bot" }),
    changesNothing: "a consent under way lasts ten minutes; what comes of it is noted",
  },
  "POST /api/v1/channels/register": {
    body: (id) => ({ community_id: id, channel_id: `UC${String(id).padStart(22, "0")}` }),
  },
  "POST /api/v1/keys": { body: (id) => ({ name: "fresh", roles: ["trigger"], community_id: id }) },
};
