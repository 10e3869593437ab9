import * as z from "zod";

const timeoutMs = 10_000;

const gatewayInfo = z.object({
  url: z.url({ protocol: /^wss?$/ }),
  shards: z.int().positive(),
  session_start_limit: z.object({
    total: z.int().nonnegative(),
    remaining: z.int().nonnegative(),
    reset_after: z.int().nonnegative(),
    max_concurrency: z.int().positive(),
  }),
});
export type GatewayInfo = z.infer<typeof gatewayInfo>;

export type GatewayInfoAnswer =
  | { ok: true; info: GatewayInfo }
  /** `isFinal`: the token is wrong, asking again is of no use. */
  | { ok: false; isFinal: boolean; reason: string; retryAfterMs?: number };

/** GET /gateway/bot: where to connect, how many shards, how many identifies are left. Says nothing in a channel. */
export async function fetchGatewayInfo(
  { apiBase, token }: { apiBase: string; token: string },
  doFetch: typeof fetch,
): Promise<GatewayInfoAnswer> {
  try {
    const response = await doFetch(`${apiBase}/gateway/bot`, {
      headers: { authorization: `Bot ${token}`, "user-agent": "DiscordBot (waddlebot, 1)" },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 401) {
      return { ok: false, isFinal: true, reason: "Discord does not accept the bot token" };
    }
    const seconds = Number(response.headers.get("retry-after"));
    const retryAfterMs = response.status === 429 && seconds > 0 ? seconds * 1000 : undefined;
    const info = response.ok ? gatewayInfo.safeParse(await response.json()).data : undefined;
    if (info) return { ok: true, info };
    const reason = `Discord answered ${response.status} when asked for its gateway`;
    return { ok: false, isFinal: false, reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  } catch {
    // The error would name the address; that it failed is all there is to say.
    return { ok: false, isFinal: false, reason: "Discord could not be reached" };
  }
}
