/** Generated from the wrangler.toml files by `npm run types`; do not edit. */
interface ApiEnv {
	DATABASE_HTTP_ENDPOINT: "";
	DATABASE_URL: string;
	SERVICE_API_KEY: string;
	CHANNEL: DurableObjectNamespace<import("../edge/index").ChannelObject>;
}
