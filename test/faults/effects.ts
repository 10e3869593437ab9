import { eq } from "drizzle-orm";
import * as z from "zod";
import { quotes } from "#modules/memories/schema";
import { inspectChannel } from "#test/faults/channel-facts";
import type { FaultStack } from "#test/faults/fault-stack";

/** What came of one event, counted at every place where it could have come twice. */
export interface Effects {
  /** Accepted under its id. */
  stored: number;
  /** How often a channel decided what to do about it. */
  handled: number;
  /** Rows in Postgres with the words it added. */
  rows: number;
  /** Outbox rows, chat and overlay. */
  outgoing: number;
}

const logLine = z.object({
  action: z.string(),
  result: z.string(),
  details: z.object({ eventId: z.string().optional(), reason: z.string().optional() }).optional(),
});

export async function countEffects(
  stack: FaultStack,
  event: { id: string; entityId: string },
  words: string,
): Promise<Effects> {
  const { seen, outbox } = await inspectChannel(stack.edgeUrl, event.entityId);
  const rows = await stack.database.db.select().from(quotes).where(eq(quotes.quoteText, words));
  const handled = readLog(stack).filter(
    ({ action, details }) => action === "command.execute" && details?.eventId === event.id,
  );
  return {
    stored: seen.filter(({ id }) => id === event.id).length,
    handled: handled.length,
    rows: rows.length,
    outgoing: outbox.filter(({ eventId }) => eventId === event.id).length,
  };
}

/** How often the log said that an id came again with other content. */
export function countConflicts(stack: FaultStack): number {
  return readLog(stack).filter(
    ({ action, result, details }) =>
      action === "inbox.accept" && result === "DENIED" && details?.reason?.includes("other content"),
  ).length;
}

/** How often a channel decided about each event, by the event's id. */
export function countHandled(stack: FaultStack): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { action, details } of readLog(stack)) {
    if (action !== "command.execute" || !details?.eventId) continue;
    counts.set(details.eventId, (counts.get(details.eventId) ?? 0) + 1);
  }
  return counts;
}

function readLog({ logs }: FaultStack) {
  return logs.flatMap(({ message }) => logLine.safeParse(readJson(message)).data ?? []);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The runtime's own lines are no JSON.
    return undefined;
  }
}
