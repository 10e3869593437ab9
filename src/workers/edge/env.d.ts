/** Generated from the wrangler.toml files by `npm run types`; do not edit. */
interface EdgeEnv {
	SHIELD_ADDRESS: RateLimit;
	SHIELD_TENANT: RateLimit;
	TRACE_EXPORTER: "none";
	TRACE_ENDPOINT: "";
	TRACE_SAMPLE: "1";
	DATABASE_HTTP_ENDPOINT: "";
	PUBLIC_URL: "";
	OVERLAY_FRAME_ORIGIN: "";
	TWITCH_CONDUIT: "";
	TWITCH_CONDUIT_SHARDS: "1";
	WEBHOOK_SIGNING_KEY: "";
	DATABASE_URL: string;
	GATEWAY_KEY: string;
	CHANNEL: DurableObjectNamespace<import("./index").ChannelObject>;
	OVERLAY: DurableObjectNamespace<import("./index").OverlayObject>;
	GATEWAY_LINK: DurableObjectNamespace<import("./index").GatewayLink>;
	LIVE_CHAT: DurableObjectNamespace<import("./index").LiveChat>;
	COORDINATOR: DurableObjectNamespace<import("./index").CoordinatorObject>;
	WEBHOOK_TARGET: DurableObjectNamespace<import("./index").WebhookTargetObject>;
	FEED: DurableObjectNamespace<import("./index").FeedObject>;
	MEMBER_CHAT: DurableObjectNamespace<import("./index").MemberChatObject>;
	LABEL_CLOCK: DurableObjectNamespace<import("./index").LabelClock>;
	METRICS: DurableObjectNamespace<import("../sender/index").MetricsObject>;
	SENDER: Service<typeof import("../sender/index").default>;
	MODULE_CORE: Service<typeof import("../../modules/core/worker").default>;
	MODULE_MEMORIES: Service<typeof import("../../modules/memories/worker").default>;
	MODULE_ALIAS: Service<typeof import("../../modules/alias/worker").default>;
	MODULE_ALERTS: Service<typeof import("../../modules/alerts/worker").default>;
	MODULE_COMMUNITY: Service<typeof import("../../modules/community/worker").default>;
	EXECUTOR: Service<typeof import("../executor/index").default>;
	FETCHER: Service<typeof import("../fetcher/index").default>;
	MODULE_IDENTITY: Service<typeof import("../../modules/identity/worker").default>;
}
