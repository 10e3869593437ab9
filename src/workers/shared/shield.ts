import type { Log } from "#lib/log";
import { timedOut, within } from "#lib/within";

/** The part of Cloudflare's rate-limit binding that is used. */
export interface Shield {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

export const shieldPeriodSeconds = 10;
const answerWithinMs = 250;

/**
 * Whether one more request of `key` may pass. The binding counts near the caller and roughly: it keeps floods
 * away from our objects, the exact limits lie behind it. Fails open: a limiter that is away must not silence a channel.
 */
export async function passesShield(
  shield: Shield | undefined,
  key: string | undefined,
  log: Log,
): Promise<boolean> {
  if (!shield || key === undefined) return true;
  try {
    const answer = await within(shield.limit({ key }), answerWithinMs);
    return answer === timedOut || answer.success;
  } catch (error) {
    log({
      level: "WARNING",
      category: "SYSTEM",
      action: "shield.ask",
      result: "FAILURE",
      details: { error },
    });
    return true;
  }
}

/** Says when to come back, and nothing else. */
export function tooMany(): Response {
  return new Response("too many requests", {
    status: 429,
    headers: { "retry-after": String(shieldPeriodSeconds), "content-type": "text/plain; charset=utf-8" },
  });
}
