import { type Outcome, refuse } from "#contracts/outcome";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import type { Database } from "#db/client";
import { chatTarget } from "#durable-objects/channel/timers/timer-event";
import { noticeText } from "#workers/edge/reauth-notices/notice-text";
import { giveBack, type Incident, takeUntold } from "#workers/edge/reauth-notices/store";

export interface TellDeps {
  db: Database;
  say(message: OutboundMessage): Promise<Outcome<SentMessage>>;
  /** The hub's address. */
  hub: string;
  now: number;
}

export interface Told {
  told: number;
  /** Nowhere it could be said; the hub shows it. */
  unheard: number;
  /** Tried again with the next run. */
  later: number;
}

const passing: ReadonlySet<string> = new Set(["unavailable", "rate_limited", "timeout"]);

/**
 * Tells a community in chat that an account must be connected again, while the old grant still speaks: once for each
 * incident, in one channel, the nearest that takes it. Never says a token or why the platform refused.
 */
export async function tellOwners(deps: TellDeps): Promise<Told> {
  const told: Told = { told: 0, unheard: 0, later: 0 };
  for (const incident of await takeUntold(deps.db)) {
    const result = await tell(incident, deps);
    told[result]++;
    if (result === "later") await giveBack(deps.db, incident);
  }
  return told;
}

async function tell(incident: Incident, deps: TellDeps): Promise<keyof Told> {
  let result: keyof Told = "unheard";
  for (const entityId of incident.places) {
    const outcome = await deps
      .say(noticeFor(incident, entityId, deps))
      .catch(() => refuse("unknown", { message: "the call broke on the way" }));
    // Said, or perhaps said: a second place would be a second notice.
    if (outcome.ok || outcome.code === "unknown") return "told";
    if (passing.has(outcome.code)) result = "later";
  }
  return result;
}

function noticeFor(incident: Incident, entityId: string, { hub, now }: TellDeps): OutboundMessage {
  const { communityId, platform, role, account, since } = incident;
  return {
    id: `reauth:${communityId}:${platform}:${role}:${account}:${since}`,
    entityId,
    target: chatTarget(entityId),
    text: noticeText(incident, { hub, now }),
    ephemeral: false,
    priority: "reply",
    correlationId: crypto.randomUUID(),
  };
}
