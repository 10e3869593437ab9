import { createHash } from "node:crypto";
import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { makeExecutionId, makeUserKey } from "#contracts/ids";
import type { ModuleResponse } from "#contracts/response";
import type { Plan, PlannedCall } from "#router/plan";

export interface ExecutionFacts {
  event: PlatformEvent;
  config: ChannelConfig;
  first: Plan | undefined;
  call: PlannedCall | undefined;
  calls: Execution["calls"];
  retryCount: number;
  chain: string[];
  responses: readonly { key: string; response: ModuleResponse }[];
  refusal: { code: string; message?: string | undefined } | undefined;
  startedAt: number;
  finishedAt: number;
}

/** The record of one event: what was decided, by whom it was allowed, what it took. */
export function makeExecution(facts: ExecutionFacts): Execution {
  const { event, config, first, call, refusal } = facts;
  return {
    id: makeExecutionId(event.entityId, event.id),
    eventId: event.id,
    entityId: event.entityId,
    communityId: config.community.id,
    sessionId: sessionIdOf(event),
    correlationId: event.correlationId,
    messageType: event.type,
    user: {
      id: makeUserKey(event.platform, event.user.id),
      name: event.user.name,
      role: first?.standing.role ?? "member",
    },
    trigger: first?.trigger ?? { kind: "none", text: "" },
    rights: first?.rights ?? null,
    module: call?.module ?? null,
    handler: call?.handler ?? null,
    status: statusOf(first, refusal),
    code: refusal?.code ?? null,
    message: refusal?.message ?? (first?.kind === "ignore" ? first.because : null),
    steps: [
      { name: "stored and waiting", ms: Math.max(0, facts.startedAt - event.receivedAt) },
      ...facts.calls.map((one) => ({
        name: `${one.module} · ${one.handler}`,
        ms: one.finishedAt - one.startedAt,
      })),
    ],
    responses: facts.responses.map(({ key, response }) => {
      return { key, type: response.type, text: textOf(response), state: "new", platformMessageIds: [] };
    }),
    calls: facts.calls,
    retryCount: facts.retryCount,
    rules: rulesOf(first),
    chain: facts.chain,
    startedAt: facts.startedAt,
    finishedAt: facts.finishedAt,
  };
}

/**
 * A session belongs to one event's conversation; opaque, at most 64 characters (90-decisions C-17). Its first eight digits
 * are the channel's, so that a session of another channel is told from one that is over.
 */
export function sessionIdOf(event: PlatformEvent): string {
  return `sess_${channelDigits(event.entityId)}${digest(event.id).slice(0, 24)}`;
}

/** Whether a session id was made for this channel. */
export function isSessionOf(sessionId: string, entityId: string): boolean {
  return sessionId.startsWith(`sess_${channelDigits(entityId)}`);
}

function channelDigits(entityId: string): string {
  return digest(entityId).slice(0, 8);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function rulesOf(first: Plan | undefined): Execution["rules"] {
  const shadows = (first?.shadows ?? []).map(({ ruleId, action }) => ({
    id: ruleId,
    action,
    isShadow: true,
  }));
  if (first?.kind !== "rule") return shadows;
  const { ruleId, action } = first.verdict.hit;
  return [{ id: ruleId, action, isShadow: false }, ...shadows];
}

function statusOf(first: Plan | undefined, refusal: ExecutionFacts["refusal"]): Execution["status"] {
  if (!first || first.kind === "ignore") return "ignored";
  if (!refusal) return "success";
  return ["timeout", "internal", "unavailable", "unknown"].includes(refusal.code) ? "failed" : "refused";
}

function textOf(response: ModuleResponse): string {
  if ("text" in response) return response.text;
  if (response.type === "media") return response.url;
  return "title" in response ? response.title : response.content;
}
