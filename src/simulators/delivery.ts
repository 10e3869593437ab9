import type { Clock } from "#simulators/clock";
import type { SimulatedPlatform } from "#simulators/demo";
import type { Fault, Faults } from "#simulators/faults";

/** What the edge answered. */
export interface EdgeAnswer {
  status: number;
  headers: Headers;
  body: string;
}

export type AttemptResult =
  | { ok: true; answer: EdgeAnswer; ms: number }
  | { ok: false; reason: "http_timeout" | "connection_failed"; ms: number };

export interface OutgoingRequest {
  /** Below the edge's address. */
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** One thing to deliver, with its platform's own patience. */
export interface DeliveryPlan {
  platform: SimulatedPlatform;
  /** The id both sides know it by; equal on every attempt. */
  id: string;
  /** Builds attempt `number` (0 is the first); signatures and retry headers differ, the body does not. */
  request(number: number, previous: AttemptResult | undefined): OutgoingRequest;
  /** How long the platform waits for an answer. */
  timeoutMs: number;
  /** The pauses before each further attempt; empty means one attempt only. */
  retryDelaysMs: readonly number[];
}

export interface Delivery {
  /** `refused`: the last answer was 4xx or a redirect; `failed`: no answer or a server error to the end. */
  status: "delivered" | "refused" | "failed";
  attempts: number;
  /** The last answer, if any attempt got one in time. */
  answer: EdgeAnswer | undefined;
}

/** One line of the sending side's own books: what left, and what came of it. */
export interface AttemptRecord {
  platform: SimulatedPlatform;
  id: string;
  number: number;
  /** null when no answer came in time. */
  status: number | null;
  ms: number;
  at: number;
}

export interface DelivererOptions {
  clock: Clock;
  faults: Faults;
  fetch: typeof fetch;
  signal: AbortSignal;
  edgeUrl: () => string;
  /** Factor on pauses, and on deadlines: 0.001 makes minutes pass in a test. */
  delayScale: number;
  deadlineScale: number;
  onAttempt?: ((record: AttemptRecord) => void) | undefined;
}

export type Deliver = (plan: DeliveryPlan) => Promise<Delivery>;

/** Sends until the edge says 2xx or the platform gives up. Never rejects because of what the edge does. */
export function makeDeliverer(options: DelivererOptions): Deliver {
  const { clock, faults, signal, delayScale } = options;
  const finished = new Map<SimulatedPlatform, (() => void)[]>();

  const suffer = async (fault: Fault | undefined, platform: SimulatedPlatform) => {
    if (fault?.kind === "delay") await clock.sleep((fault.ms ?? 1000) * delayScale, signal);
    if (fault?.kind !== "reorder") return;
    const later = new Promise<void>((resolve) => {
      finished.set(platform, [...(finished.get(platform) ?? []), resolve]);
    });
    await Promise.race([later, clock.sleep((fault.ms ?? 10_000) * delayScale, signal)]);
  };

  const attempt = async (plan: DeliveryPlan, number: number, previous: AttemptResult | undefined) => {
    const fault = faults.take(plan.platform, "webhook");
    await suffer(fault, plan.platform);
    const request = plan.request(number, previous);
    const twin = fault?.kind === "duplicate" ? post(options, plan, request) : undefined;
    const result = await post(options, plan, request);
    await twin;
    options.onAttempt?.({
      platform: plan.platform,
      id: plan.id,
      number,
      status: result.ok ? result.answer.status : null,
      ms: result.ms,
      at: clock.now(),
    });
    const isAnswerLost = fault?.kind === "drop" && result.ok;
    return isAnswerLost
      ? ({ ok: false, reason: "http_timeout" as const, ms: result.ms } satisfies AttemptResult)
      : result;
  };

  return async (plan) => {
    let result = await attempt(plan, 0, undefined);
    let attempts = 1;
    for (const delayMs of plan.retryDelaysMs) {
      if (signal.aborted || isDone(result)) break;
      await clock.sleep(delayMs * delayScale, signal);
      result = await attempt(plan, attempts, result);
      attempts += 1;
    }
    for (const release of finished.get(plan.platform) ?? []) release();
    finished.delete(plan.platform);
    return { status: statusOf(result), attempts, answer: result.ok ? result.answer : undefined };
  };
}

async function post(
  { fetch, signal, edgeUrl, deadlineScale }: DelivererOptions,
  { timeoutMs }: DeliveryPlan,
  { path, headers, body }: OutgoingRequest,
): Promise<AttemptResult> {
  const startedAt = performance.now();
  const deadline = AbortSignal.timeout(Math.ceil(timeoutMs * deadlineScale));
  try {
    const response = await fetch(edgeUrl() + path, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.any([deadline, signal]),
    });
    const answer = { status: response.status, headers: response.headers, body: await response.text() };
    return { ok: true, answer, ms: performance.now() - startedAt };
  } catch {
    // Every platform treats a refused connection like a bad answer: it tries again later.
    const reason = deadline.aborted ? "http_timeout" : "connection_failed";
    return { ok: false, reason, ms: performance.now() - startedAt };
  }
}

function isDone(result: AttemptResult): boolean {
  if (!result.ok) return false;
  // Slack lets an endpoint decline further attempts.
  return isSuccess(result.answer.status) || result.answer.headers.get("x-slack-no-retry") === "1";
}

function statusOf(result: AttemptResult): Delivery["status"] {
  if (!result.ok || result.answer.status >= 500) return "failed";
  return isSuccess(result.answer.status) ? "delivered" : "refused";
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
