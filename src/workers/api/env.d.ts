/** Generated from the wrangler.toml files by `npm run types`; do not edit. */
interface ApiEnv {
	SHIELD_ADDRESS: RateLimit;
	DATABASE_HTTP_ENDPOINT: "";
	CORS_ORIGIN: "";
	KEY_ENVIRONMENT: "live";
	WEBHOOK_SIGNING_KEY: "";
	DATABASE_URL: string;
	SERVICE_API_KEY: string;
	CHANNEL: DurableObjectNamespace<import("../edge/index").ChannelObject>;
	COORDINATOR: DurableObjectNamespace<import("../edge/index").CoordinatorObject>;
	RATE_LIMITER: DurableObjectNamespace<import("./index").RateLimiter>;
}
