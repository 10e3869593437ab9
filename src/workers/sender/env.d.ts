/** Generated from the wrangler.toml files by `npm run types`; do not edit. */
interface SenderEnv {
	TRACE_EXPORTER: "none";
	TRACE_ENDPOINT: "";
	TRACE_SAMPLE: "1";
	DATABASE_HTTP_ENDPOINT: "";
	TWITCH_API_BASE: "https://api.twitch.tv/helix";
	TWITCH_AUTH_BASE: "https://id.twitch.tv/oauth2";
	TWITCH_BOT_IS_MODERATOR: "";
	SLACK_API_BASE: "https://slack.com/api";
	SLACK_OPENID_BASE: "https://slack.com/openid/connect";
	SLACK_RESPONSE_URL_HOST: "hooks.slack.com";
	DISCORD_API_BASE: "https://discord.com/api/v10";
	KICK_API_BASE: "https://api.kick.com";
	KICK_AUTH_BASE: "https://id.kick.com/oauth";
	SMTP_HOST: "";
	SMTP_PORT: "";
	SMTP_SECURITY: "starttls";
	SMTP_USERNAME: "";
	SMTP_FROM: "";
	DATABASE_URL: string;
	TOKEN_VAULT: DurableObjectNamespace<import("./index").TokenVault>;
	QUOTA_LEDGER: DurableObjectNamespace<import("./index").QuotaLedger>;
	OUTBOUND_GATE: DurableObjectNamespace<import("./index").OutboundGate>;
	METRICS: DurableObjectNamespace<import("./index").MetricsObject>;
	NAME_BOOK: DurableObjectNamespace<import("./index").NameBook>;
	MAIL_OUTBOX: DurableObjectNamespace<import("./index").MailOutbox>;
}
