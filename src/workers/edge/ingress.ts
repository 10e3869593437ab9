import type { AcceptResult } from "#contracts/channel";
import type { PlatformEvent } from "#contracts/event";
import type {
  Answer,
  CommandSuggestion,
  InteractiveResult,
  Platform,
  PlatformConfig,
  Receipt,
  WebhookRequest,
} from "#contracts/platform";
import { isolateMeter } from "#durable-objects/metrics/meter-post";
import type { Log } from "#lib/log";
import { timedOut, within } from "#lib/within";

/** What the way in needs from outside; the fault tests put their own in its place. */
export interface IngressDeps {
  platforms: ReadonlyMap<string, Platform>;
  config: PlatformConfig;
  accept(entityId: string, events: PlatformEvent[]): Promise<AcceptResult>;
  process(entityId: string, event: PlatformEvent, waitMs: number): Promise<InteractiveResult>;
  /** What this person may run there that begins as they typed. */
  suggest(platform: string, request: Extract<Receipt, { kind: "suggest" }>): Promise<CommandSuggestion[]>;
  /** A channel may have gone live; returns once that is stored. */
  noticeBroadcast(platform: string, target: { channelId: string; videoId: string }): Promise<void>;
  /** True only for a lease we asked for (or, for its end, no longer want); writes down when it ends. */
  confirmLease(topic: string, channelId: string, endsAt: number): Promise<boolean>;
  /** True only for a subscription we asked for. */
  isAwaited(topic: string, target: string): Promise<boolean>;
  markSubscription(topic: string, target: string, subscriptionId: string, status: string): Promise<void>;
  /** An account may have taken its permission back; returns once it was asked and that is stored. */
  noteRevoked(platform: string, account: string): Promise<void>;
  log: Log;
}

/** Platforms give up after 3 s; what is not done by then is deferred. */
const interactiveWaitMs = 2000;
/** Somebody is typing: an empty list now is better than a full one too late. */
const suggestWaitMs = 1500;

const refusal = (status: number, body: string): Answer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body,
});

/** Size was checked by the caller. Signature, then freshness, then parse, then store, then answer. */
export async function receive(name: string, request: WebhookRequest, deps: IngressDeps): Promise<Answer> {
  const platform = deps.platforms.get(name);
  if (!platform?.verify || !platform.parse) return refusal(404, "no such platform");
  const verdict = await platform.verify(request, deps.config);
  if (!verdict.ok) {
    logRefused(deps.log, name, verdict.reason, request.correlationId);
    return refusal(verdict.status, "refused");
  }
  const receipt = platform.parse(request, deps.config);
  try {
    return await act(platform, receipt, request, deps);
  } catch (error) {
    // Not stored, so not acknowledged: 503 makes the platform send it again.
    deps.log({
      level: "ERROR",
      category: "ERROR",
      action: "webhook.accept",
      result: "FAILURE",
      correlationId: request.correlationId,
      details: { platform: name, error },
    });
    return refusal(503, "try again");
  }
}

async function act(
  platform: Platform,
  receipt: Receipt,
  request: WebhookRequest,
  deps: IngressDeps,
): Promise<Answer> {
  switch (receipt.kind) {
    case "answer":
      return receipt.answer;
    case "ignored":
      deps.log({
        level: "INFO",
        category: "SYSTEM",
        action: "webhook.parse",
        result: "IGNORED",
        correlationId: request.correlationId,
        details: { platform: platform.name, reason: receipt.reason },
      });
      isolateMeter.count("waddlebot_webhooks_ignored_total", {
        platform: platform.name,
        reason: receipt.reason.slice(0, 80),
      });
      return receipt.answer;
    case "challenge":
      return answerChallenge(platform, receipt, request, deps);
    case "broadcast":
      await deps.noticeBroadcast(platform.name, receipt);
      return receipt.answer;
    case "revoked":
      if (!platform.subscriptions) await deps.noteRevoked(platform.name, receipt.target);
      else await deps.markSubscription(receipt.topic, receipt.target, receipt.subscriptionId, receipt.status);
      return receipt.answer;
    case "events":
      await acceptAll(receipt.events, deps);
      return receipt.answer;
    case "interactive": {
      const result = await deps.process(receipt.event.entityId, receipt.event, interactiveWaitMs);
      return platform.reply ? platform.reply(result, receipt.event) : refusal(501, "no reply");
    }
    case "suggest": {
      const found = await within(deps.suggest(platform.name, receipt), suggestWaitMs);
      return platform.suggest
        ? platform.suggest(found === timedOut ? [] : found, receipt.leaveOut)
        : refusal(501, "no suggestions");
    }
  }
}

/** A challenge nobody asked for means somebody else holds the secret (threats row 3). */
async function answerChallenge(
  platform: Platform,
  receipt: Extract<Receipt, { kind: "challenge" }>,
  request: WebhookRequest,
  deps: IngressDeps,
): Promise<Answer> {
  if (!(await deps.isAwaited(receipt.topic, receipt.target))) {
    logRefused(
      deps.log,
      platform.name,
      "challenge for a subscription we did not ask for",
      request.correlationId,
    );
    return receipt.refused ?? refusal(403, "refused");
  }
  await deps.markSubscription(receipt.topic, receipt.target, receipt.subscriptionId, "enabled");
  return receipt.answer;
}

async function acceptAll(events: readonly PlatformEvent[], deps: IngressDeps): Promise<void> {
  const groups = Map.groupBy(events, (event) => event.entityId);
  await Promise.all([...groups].map(([entityId, group]) => deps.accept(entityId, group)));
}

function logRefused(log: Log, platform: string, reason: string, correlationId: string): void {
  log({
    level: "WARNING",
    category: "AUTH",
    action: "webhook.verify",
    result: "DENIED",
    correlationId,
    details: { platform, reason },
  });
}
