/** Generated from the wrangler.toml files by `npm run types`; do not edit. */
interface SenderEnv {
	TWITCH_API_BASE: "https://api.twitch.tv/helix";
	TWITCH_AUTH_BASE: "https://id.twitch.tv/oauth2";
	SLACK_API_BASE: "https://slack.com/api";
	SLACK_RESPONSE_URL_HOST: "hooks.slack.com";
	DISCORD_API_BASE: "https://discord.com/api/v10";
	TOKEN_VAULT: DurableObjectNamespace<import("./index").TokenVault>;
	OUTBOUND_GATE: DurableObjectNamespace<import("./index").OutboundGate>;
}
