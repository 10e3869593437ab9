import * as z from "zod";
import type { SlackSocketConfig } from "#gateway/slack/config";
import { readJson } from "#lib/read-json";

export type SocketAddress =
  | { ok: true; url: string }
  /** `isFinal`: nothing will change until somebody changes something. */
  | { ok: false; reason: string; isFinal: boolean; retryAfterMs?: number };

const opened = z.object({ ok: z.literal(true), url: z.url({ protocol: /^wss?$/ }) });
const failed = z.object({ ok: z.literal(false), error: z.string() });
const timeMs = 10_000;

/** What only a person can mend, with what to do about it. */
const final: Readonly<Record<string, string>> = {
  invalid_auth: "Slack does not know SLACK_APP_TOKEN",
  not_authed: "Slack does not know SLACK_APP_TOKEN",
  token_revoked: "SLACK_APP_TOKEN was taken back",
  account_inactive: "the app was removed from its workspace",
  not_allowed_token_type: "SLACK_APP_TOKEN is not an app-level token",
  missing_scope: "SLACK_APP_TOKEN lacks the right connections:write",
  forbidden_team: "the app may not be used in this workspace",
};

/** `apps.connections.open`: the address is good once and for a few seconds. Never throws. */
export async function askForSocket(
  { apiBase, appToken }: SlackSocketConfig,
  doFetch: typeof fetch,
): Promise<SocketAddress> {
  try {
    const response = await doFetch(`${apiBase}/apps.connections.open`, {
      method: "POST",
      headers: { authorization: `Bearer ${appToken}`, "content-type": "application/x-www-form-urlencoded" },
      redirect: "manual",
      signal: AbortSignal.timeout(timeMs),
    });
    const body = readJson(await response.text());
    const address = opened.safeParse(body).data;
    if (address) return { ok: true, url: address.url };
    const error = failed.safeParse(body).data?.error ?? "";
    const known = Object.hasOwn(final, error) ? final[error] : undefined;
    if (known !== undefined) return { ok: false, reason: known, isFinal: true };
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    const wait = seconds > 0 ? { retryAfterMs: Math.min(seconds * 1000, 900_000) } : {};
    return {
      ok: false,
      reason: `Slack gives no socket (${error || response.status})`,
      isFinal: false,
      ...wait,
    };
  } catch {
    return { ok: false, reason: "Slack could not be reached", isFinal: false };
  }
}
