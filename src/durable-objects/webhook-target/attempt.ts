import type { Outcome } from "#contracts/outcome";
import type { WebhookMessage } from "#contracts/outgoing-webhook";
import { productVersion } from "#contracts/version";
import { signatureHeaders } from "#durable-objects/webhook-target/signing";
import { type CallVerdict, judgeStatus } from "#lib/circuit-breaker";
import { parseRetryAfter } from "#lib/retry";

/** Of one attempt, names and body included. */
export const attemptMs = 10_000;
/** Of an answer: it is not read beyond, and only a challenge's answer is read at all. */
export const answerBytes = 262_144;
/** Longest wait an address may ask for. */
const mostRetryAfterMs = 24 * 3_600_000;

/** Before the second attempt, the third and so on: eight attempts in some eight hours (PSH-2, docs/decisions/0018). */
export const retryWaitsMs: readonly number[] = [1000, 5000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000];

export interface WebhookPost {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface WebhookAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Through the Worker that fetches what people name. */
export type SendPost = (post: WebhookPost) => Promise<Outcome<WebhookAnswer>>;

/** `refused`: no further attempt would change anything. `gone`: the address wants no more of it, ever. */
export interface AttemptResult {
  end: "sent" | "failed" | "refused" | "gone";
  status: number | null;
  error: string | null;
  retryAfterMs: number;
  /** What it says of the address's health. */
  verdict: CallVerdict;
  answer: string;
}

/** One signed POST. Never throws: what went wrong is in the result. */
export async function attempt(
  message: WebhookMessage,
  to: { url: string; keys: readonly [string, ...string[]] },
  { post, now }: { post: SendPost; now: number },
): Promise<AttemptResult> {
  const { id, body } = message;
  const headers = {
    "content-type": "application/json",
    "user-agent": `WaddleBot-Webhooks/${productVersion}`,
    ...signatureHeaders({ id, timestamp: Math.floor(now / 1000), body }, to.keys),
  };
  const failed = {
    end: "failed" as const,
    status: null,
    retryAfterMs: 0,
    verdict: "failure" as const,
    answer: "",
  };
  try {
    const outcome = await post({ url: to.url, headers, body });
    if (outcome.ok) return judge(outcome.value, now);
    const error = outcome.message ?? reasons[outcome.code] ?? "the call failed";
    // An address that may not be called will not become one that may.
    const isRefused = outcome.code === "forbidden" || outcome.code === "bad_request";
    return isRefused ? { ...failed, end: "refused", error, verdict: "neutral" } : { ...failed, error };
  } catch {
    // The Worker between us and the address broke; its words may hold the address.
    return { ...failed, error: "the call could not be made" };
  }
}

/** The wait after this many attempts, a fifth more or less; undefined when that was the last. */
export function waitAfter(attempts: number, retryAfterMs: number, random: number): number | undefined {
  const waitMs = retryWaitsMs[attempts - 1];
  if (waitMs === undefined) return undefined;
  return Math.max(Math.round(waitMs * (0.8 + 0.4 * random)), Math.min(retryAfterMs, mostRetryAfterMs));
}

const reasons: Partial<Record<string, string>> = {
  timeout: "no answer in time",
  unavailable: "no connection",
  too_large: "the answer was too long",
};

/** Only a 2xx is an arrival. A redirect is an answer like any other: nobody else gets the signed call. */
function judge({ status, headers, body }: WebhookAnswer, now: number): AttemptResult {
  const verdict = judgeStatus(status);
  const result = { status, retryAfterMs: 0, verdict, answer: body };
  if (status >= 200 && status < 300) return { ...result, end: "sent", error: null };
  const error = `answered ${status}`;
  if (status === 410) return { ...result, end: "gone", error };
  const retryAfterMs = parseRetryAfter(headers["retry-after"], now) ?? 0;
  return {
    ...result,
    end: "failed",
    error,
    retryAfterMs,
    verdict: verdict === "success" ? "neutral" : verdict,
  };
}
