import * as z from "zod";
import { invocation, type ModuleResult } from "#contracts/module";
import type { Refusal } from "#contracts/outcome";

/** Longest and default time of one attempt (10-router §1.1, 80-details-a §2.7). */
const maxAttemptMs = 30_000;

/** Code that runs elsewhere, and how to reach it. Credentials of the clouds are the executor Worker's own. */
export const executionTarget = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("webhook"),
    url: z.url({ protocol: /^https?$/ }).max(2000),
    /** The key the body is signed with, known to us and to the owner of the address. Never logged, never stored here. */
    signingSecret: z.string().min(16).max(255),
  }),
  z.object({
    type: z.literal("lambda"),
    region: z.string().regex(/^[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}$/, "an AWS region like us-east-1"),
    /** Without the prefix that the executor puts before every name. */
    functionName: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "1 to 64 letters, digits, _ and -"),
    /** True: handed over and not waited for; whatever it says comes later through the session id. */
    isAsync: z.boolean().default(false),
  }),
  z.object({
    type: z.literal("openwhisk"),
    namespace: z.string().regex(/^[\w-][\w@.-]{0,126}$/, "an OpenWhisk namespace, or _ for the key's own"),
    /** `action` or `package/action`. */
    action: z.string().regex(/^[\w-][\w@.-]{0,126}(\/[\w-][\w@.-]{0,126})?$/, "action or package/action"),
    isAsync: z.boolean().default(false),
  }),
]);
export type ExecutionTargetAddress = z.infer<typeof executionTarget>;
export type ExecutorType = ExecutionTargetAddress["type"];

/** What the community has bought of this module (80-details-a §2.7). */
const moduleSubscription = z.object({
  isSubscribed: z.boolean(),
  orderId: z.string().max(255).nullable(),
  seatCount: z.int().nonnegative(),
});

/** One invocation for code that runs elsewhere. Every attempt carries the same `invocation.id`. */
export const executionRequest = z.object({
  target: executionTarget,
  invocation,
  subscription: moduleSubscription.default({ isSubscribed: false, orderId: null, seatCount: 0 }),
  /** Of one attempt. */
  timeoutMs: z.int().min(1).max(maxAttemptMs).default(maxAttemptMs),
  /** 0 for a caller that comes back by itself, with the same invocation. */
  maxRetries: z.int().min(0).max(3).default(3),
  /** Of all attempts and the waits between them; without it every retry is made. */
  budgetMs: z.int().min(1).max(600_000).optional(),
});
export type ExecutionRequest = z.infer<typeof executionRequest>;
export type ExecutionRequestInput = z.input<typeof executionRequest>;

/**
 * What one attempt came to. `rate_limited`, `timeout` and `unavailable` may pass by themselves, all else is final.
 * `httpStatus` is what the target answered, when it answered: a 4xx does not count against its health.
 */
export type AttemptOutcome = { ok: true; value: ModuleResult } | (Refusal & { httpStatus?: number });

/** One way to run code elsewhere: one attempt, no retry, always settled within `request.timeoutMs`. */
export interface Executor {
  execute(request: ExecutionRequest): Promise<AttemptOutcome>;
}

/** `attempts` is 0 when the breaker kept the call off its target. */
export interface ExecutionTally {
  attempts: number;
  retryCount: number;
}

export type ExecutionOutcome =
  | { ok: true; value: ModuleResult & ExecutionTally }
  | (Refusal & ExecutionTally);

/** The health of one target, for metrics (CBR-6) and for the hub (SDK-2). */
export interface ExecutionTargetState {
  state: "CLOSED" | "OPEN" | "HALF_OPEN";
  /** `waddlebot_circuit_breaker_state`: 0 closed, 1 open, 2 half open. */
  stateValue: 0 | 1 | 2;
  /** Attempts that reached the target, and calls that were kept off it. */
  successes: number;
  failures: number;
  refusals: number;
  failuresInARow: number;
  /** False after three failures in a row, true again after one success. */
  isHealthy: boolean;
}

/** The object of one target: every caller of that target shares its breaker (CBR-5). */
export interface ExecutionTargetService {
  execute(request: ExecutionRequestInput): Promise<ExecutionOutcome>;
  state(): Promise<ExecutionTargetState>;
}

/** The executor Worker, as the channel sees it. `targetKey` is made by {@link targetKeyOf}. */
export interface ExecutorService {
  execute(targetKey: string, request: ExecutionRequestInput): Promise<ExecutionOutcome>;
  state(targetKey: string): Promise<ExecutionTargetState>;
}

export const targetKey = z.string().min(1).max(512);

/** Who shares a breaker: all webhooks of one host, all callers of one function or action. */
export function targetKeyOf(target: ExecutionTargetAddress): string {
  if (target.type === "webhook") return `webhook:${new URL(target.url).host}`;
  if (target.type === "lambda") return `lambda:${target.region}:${target.functionName}`;
  return `openwhisk:${target.namespace}/${target.action}`;
}
