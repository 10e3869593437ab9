import type { PlatformConfig, WebhookRequest } from "#contracts/platform";
import type { ReplyTarget } from "#contracts/reply-target";

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\]):\d{1,5}$/;

/**
 * Whether we may post to this response_url: exactly the configured host and port, https. Plain http counts only
 * where the configured host is a loopback one. Fails closed: the url is a capability, and requests leave with it.
 */
export function isPinned(url: string, config: PlatformConfig): boolean {
  const host = config.SLACK_RESPONSE_URL_HOST || "hooks.slack.com";
  const seen = URL.canParse(url) ? new URL(url) : undefined;
  if (!seen || seen.host !== host || seen.username !== "" || seen.password !== "") return false;
  return seen.protocol === "https:" || (seen.protocol === "http:" && loopback.test(host));
}

/** The response_url if it is Slack's own, else the channel. */
export function whereToAnswer(
  { url, channel, server }: { url: string | undefined; channel: string; server: string },
  config: PlatformConfig,
): ReplyTarget {
  if (url === undefined || url.length > 2000 || !isPinned(url, config)) {
    return { kind: "chat", platform: "slack", channel, server };
  }
  return { kind: "response-url", platform: "slack", url };
}

/**
 * What makes this request itself: its trigger id, else the digest Slack signed it with, which covers time and body
 * and is the same on every replay.
 */
export function requestKey(triggerId: string | undefined, request: WebhookRequest): string {
  return triggerId ?? (request.headers.get("x-slack-signature") ?? "").slice("v0=".length);
}
