import { and, eq, isNull, lt, or } from "drizzle-orm";
import type { Answer, Platform, Receipt } from "#contracts/platform";
import type { Database } from "#db/client";
import { servers } from "#db/schema/core";
import { websubLeases } from "#db/schema/youtube";
import type { IngressDeps } from "#workers/edge/ingress";

const unknown: Answer = { status: 404, contentType: "text/plain; charset=utf-8", body: "no such question" };
const failed: Answer = { status: 503, contentType: "text/plain; charset=utf-8", body: "try again" };
/** Where the hub names none. */
const usualLeaseSeconds = 86_400;

/** Answers a hub's unsigned question (YTL-1): it confirms only what we asked for ourselves. A stranger's costs no statement. */
export async function answerQuestion(
  platform: Platform | undefined,
  query: URLSearchParams,
  deps: Pick<IngressDeps, "config" | "confirmLease" | "log">,
  correlationId: string,
): Promise<Answer> {
  if (!platform?.parseQuestion) return unknown;
  const receipt: Receipt = await platform.parseQuestion(query, deps.config);
  if (receipt.kind !== "challenge") return receipt.kind === "ignored" ? receipt.answer : unknown;
  try {
    const endsInMs = (receipt.leaseSeconds ?? usualLeaseSeconds) * 1000;
    if (await deps.confirmLease(receipt.topic, receipt.target, Date.now() + endsInMs)) return receipt.answer;
    const details = { platform: platform.name, reason: "challenge for a subscription we did not ask for" };
    deps.log({
      level: "WARNING",
      category: "AUTH",
      action: "websub.confirm",
      result: "DENIED",
      correlationId,
      details,
    });
    return receipt.refused ?? unknown;
  } catch (error) {
    deps.log({
      level: "ERROR",
      category: "ERROR",
      action: "websub.confirm",
      result: "FAILURE",
      correlationId,
      details: { platform: platform.name, error },
    });
    return failed;
  }
}

/** True when a lease was asked for (or, for an end, when the channel is no longer watched); writes down its end. */
export async function confirmLease(
  db: Database,
  topic: string,
  channelId: string,
  endsAt: number,
): Promise<boolean> {
  const isWatched = await watchedChannel(db, channelId);
  if (topic === "websub.unsubscribe") {
    if (isWatched) return false;
    await db.delete(websubLeases).where(eq(websubLeases.channelId, channelId));
    return true;
  }
  if (!isWatched) return false;
  const confirmed = await db
    .update(websubLeases)
    .set({ endsAt: new Date(endsAt), problem: null })
    .where(eq(websubLeases.channelId, channelId))
    .returning({ channelId: websubLeases.channelId });
  return confirmed.length > 0;
}

/** The entity and community of a watched channel; undefined for every other one. */
export async function watchedChannel(
  db: Database,
  channelId: string,
): Promise<{ entityId: string; communityId: number } | undefined> {
  const [row] = await db
    .select({ entityId: servers.entityId, communityId: servers.communityId })
    .from(servers)
    .where(and(eq(servers.platform, "youtube"), eq(servers.serverId, channelId), eq(servers.isActive, true)));
  return row;
}

/** Watched channels whose lease was never confirmed or ends before `until`, and that were not asked for since `since`. */
export async function dueLeases(
  db: Database,
  { until, since }: { until: Date; since: Date },
): Promise<string[]> {
  const rows = await db
    .select({ channelId: servers.serverId })
    .from(servers)
    .leftJoin(websubLeases, eq(websubLeases.channelId, servers.serverId))
    .where(
      and(
        eq(servers.platform, "youtube"),
        eq(servers.isActive, true),
        or(isNull(websubLeases.endsAt), lt(websubLeases.endsAt, until)),
        or(isNull(websubLeases.askedAt), lt(websubLeases.askedAt, since)),
      ),
    )
    .limit(500);
  return rows.map(({ channelId }) => channelId);
}

/** Written before the hub is asked: its question may come before its answer. */
export async function noteAsked(
  db: Database,
  channelId: string,
  now: Date,
  problem: string | null,
): Promise<void> {
  await db
    .insert(websubLeases)
    .values({ channelId, askedAt: now, problem })
    .onConflictDoUpdate({ target: websubLeases.channelId, set: { askedAt: now, problem } });
}
