import type { PlatformConfig } from "#contracts/platform";
import type { ReplyTarget } from "#contracts/reply-target";
import type { Where } from "#platforms/slack/received";

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
  { url, channel, server, user, triggerId }: Where & { url: string | undefined },
  config: PlatformConfig,
): ReplyTarget {
  const trigger = triggerId === undefined ? {} : { triggerId };
  const place = { platform: "slack", channel, server, ...trigger };
  if (url === undefined || url.length > 2000 || !isPinned(url, config)) {
    return { kind: "chat", ...place, user };
  }
  return { kind: "response-url", ...place, url };
}
