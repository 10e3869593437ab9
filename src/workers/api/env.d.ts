/** Generated from the wrangler.toml files by `npm run types`; do not edit. */
interface ApiEnv {
	SHIELD_ADDRESS: RateLimit;
	TRACE_EXPORTER: "none";
	TRACE_ENDPOINT: "";
	TRACE_SAMPLE: "1";
	METRICS_KEY: "";
	METRICS_PUBLIC: "";
	DATABASE_HTTP_ENDPOINT: "";
	REPLICA_DATABASE_URL: "";
	REPLICA_HTTP_ENDPOINT: "";
	CORS_ORIGIN: "";
	KEY_ENVIRONMENT: "live";
	WEBHOOK_SIGNING_KEY: "";
	PUBLIC_URL: "";
	SIGN_UP: "open";
	SIGN_UP_DOMAINS: "";
	SUPER_ADMINS: "";
	DATABASE_URL: string;
	SERVICE_API_KEY: string;
	CHANNEL: DurableObjectNamespace<import("../edge/index").ChannelObject>;
	COORDINATOR: DurableObjectNamespace<import("../edge/index").CoordinatorObject>;
	WEBHOOK_TARGET: DurableObjectNamespace<import("../edge/index").WebhookTargetObject>;
	LIVE_CHAT: DurableObjectNamespace<import("../edge/index").LiveChat>;
	FEED: DurableObjectNamespace<import("../edge/index").FeedObject>;
	MEMBER_CHAT: DurableObjectNamespace<import("../edge/index").MemberChatObject>;
	OVERLAY: DurableObjectNamespace<import("../edge/index").OverlayObject>;
	LABEL_CLOCK: DurableObjectNamespace<import("../edge/index").LabelClock>;
	RATE_LIMITER: DurableObjectNamespace<import("./index").RateLimiter>;
	HUB_SESSION: DurableObjectNamespace<import("./index").HubSession>;
	METRICS: DurableObjectNamespace<import("../sender/index").MetricsObject>;
	SENDER: Service<typeof import("../sender/index").default>;
	CONNECTIONS: Service<typeof import("../sender/index").Connections>;
	SIGN_IN: Service<typeof import("../sender/index").SignIn>;
	MAIL: Service<typeof import("../sender/index").Mail>;
	READING_KEYS: Service<typeof import("../sender/index").ReadingKeys>;
	GATEWAYS: Service<typeof import("../edge/index").Gateways>;
}
