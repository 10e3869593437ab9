import type { Credit } from "#db/credit-reputation";
import type { Flush } from "#durable-objects/channel/write-flush";
import { sha256Hex } from "#lib/sha256";
import { type Deed, worthOf } from "#router/reputation";

/**
 * What people are credited for with one flush: a credit a logged event, and what they wrote as one credit a person and
 * day, so that a busy minute costs no row a message.
 */
export async function creditsOf(flush: Flush): Promise<Credit[]> {
  const { activities, activity, events } = flush;
  const tiers = new Map(events.map(({ eventId, eventData }) => [eventId, eventData["tier"]]));
  const names = new Map(activity.map(({ userKey, userName }) => [userKey, userName]));
  const seen = new Set<string>();
  const credits: Credit[] = [];
  for (const entry of activities) {
    const { eventId, entityId, platform, activityType: type, userKey, amount, occurredAt } = entry;
    const id = `${entityId}\n${eventId}`;
    if (seen.has(`${userKey}\n${id}`)) continue;
    seen.add(`${userKey}\n${id}`);
    const tier = tiers.get(eventId);
    const deed = { platform, type, amount, ...(typeof tier === "string" ? { tier } : {}) };
    const who = { userKey, userName: names.get(userKey) ?? entry.userName, at: occurredAt };
    credits.push(makeCredit(flush, { deed, eventKey: await sha256Hex(id), isDaily: false, ...who }));
  }
  return [...credits, ...writtenIn(flush)];
}

/** Lines and commands. A chat line that is a command has the points of a line and the score of a command. */
function writtenIn(flush: Flush): Credit[] {
  const commands = countCommands(flush);
  return flush.activity.flatMap(({ userKey, userName, messages, lastAt }) => {
    const [platform = ""] = userKey.split(":");
    const { slash, chat } = commands.get(userKey) ?? { slash: new Set(), chat: new Set() };
    const lines = Math.max(0, messages - slash.size);
    const day = new Date(lastAt).toISOString().slice(0, 10);
    const credit = (type: string, count: number) => {
      const deed = { platform, type, count };
      return makeCredit(flush, {
        deed,
        eventKey: `${type}/${day}`,
        isDaily: true,
        userKey,
        userName,
        at: lastAt,
      });
    };
    const written = { ...credit("chatMessage", lines), shares: Math.max(0, lines - chat.size) };
    const ran = slash.size + chat.size;
    return [...(lines > 0 ? [written] : []), ...(ran > 0 ? [credit("slashCommand", ran)] : [])];
  });
}

/** Ids of the events with which each person ran a command. */
function countCommands({ executions }: Flush) {
  const counts = new Map<string, { slash: Set<string>; chat: Set<string> }>();
  for (const { user, eventId, messageType, trigger } of executions) {
    if (trigger.kind !== "command") continue;
    const held = counts.get(user.id) ?? { slash: new Set(), chat: new Set() };
    if (messageType === "slashCommand") held.slash.add(eventId);
    else if (messageType === "chatMessage") held.chat.add(eventId);
    counts.set(user.id, held);
  }
  return counts;
}

function makeCredit(
  { id, communityId }: Flush,
  given: { deed: Deed; eventKey: string; isDaily: boolean; userKey: string; userName: string; at: number },
): Credit {
  const { deed, ...rest } = given;
  return { claim: id, communityId, isLocal: false, reason: null, ...rest, ...worthOf(deed) };
}
