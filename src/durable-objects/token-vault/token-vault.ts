import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import { type Outcome, refuse, succeed } from "#contracts/outcome";

const grant = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const held = z.object({ token: z.string(), expiresAt: z.number() });

/** Ask for a new token this long before the old one dies. */
const refreshAheadMs = 300_000;
const tokenTimeMs = 5000;

/**
 * App tokens, one object per provider: however many sends need one at the same moment, one request asks for it.
 * The token lives in memory only; after a restart the next send fetches a new one.
 */
export class TokenVault extends DurableObject<SenderEnv> {
  #held: z.infer<typeof held> | undefined;
  #asking: Promise<Outcome<string>> | undefined;

  /** `rejected` is a token the platform no longer accepts: it is dropped, unless a newer one is here already. */
  async getAppToken(rejected?: string): Promise<Outcome<string>> {
    if (rejected !== undefined && this.#held?.token === rejected) this.#held = undefined;
    if (this.#held && this.#held.expiresAt - refreshAheadMs > Date.now()) return succeed(this.#held.token);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<Outcome<string>> {
    const { TWITCH_AUTH_BASE, TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET } = credentials.parse(this.env);
    if (!TWITCH_CLIENT_ID || !TWITCH_CLIENT_SECRET)
      return refuse("unavailable", { message: "Twitch is not configured" });
    const body = new URLSearchParams({
      client_id: TWITCH_CLIENT_ID,
      client_secret: TWITCH_CLIENT_SECRET,
      grant_type: "client_credentials",
    });
    try {
      const response = await fetch(`${TWITCH_AUTH_BASE}/token`, {
        method: "POST",
        body,
        signal: AbortSignal.timeout(tokenTimeMs),
      });
      if (!response.ok)
        return refuse("unavailable", { message: `Twitch refused a token (${response.status})` });
      const { access_token, expires_in } = grant.parse(await response.json());
      this.#held = { token: access_token, expiresAt: Date.now() + expires_in * 1000 };
      return succeed(access_token);
    } catch (error) {
      // Nothing was said in chat yet, so this may simply be tried again.
      return refuse("unavailable", { message: error instanceof Error ? error.message : "no token" });
    }
  }
}

const credentials = z.object({
  TWITCH_AUTH_BASE: z.string(),
  TWITCH_CLIENT_ID: z.string().optional(),
  TWITCH_CLIENT_SECRET: z.string().optional(),
});
