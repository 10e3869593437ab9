import type { Execution } from "#contracts/execution";
import type { RehearsalMessage } from "./wire.ts";

/** A line that caused an event: its record can be asked for. */
export interface EventKey {
  eventId: string;
  entityId: string;
}

/** A reply comes within this time, or nobody would take it for one. */
const replyWithinMs = 30_000;
/** So many of the newest unexplained replies are looked into, and so many lines before each. */
const newestReplies = 20;
const linesBefore = 4;

const isOrphan = ({ author, inReplyTo }: RehearsalMessage) =>
  author.kind === "bot" && inReplyTo === undefined;

function causesOf(reply: RehearsalMessage, messages: readonly RehearsalMessage[]): EventKey[] {
  const causes = messages.flatMap(({ author, eventId, entityId, at }) => {
    const waitedMs = reply.at - at;
    const isBefore = waitedMs >= 0 && waitedMs < replyWithinMs;
    const isCause = author.kind !== "bot" && entityId === reply.entityId && isBefore;
    return isCause && eventId !== undefined ? [{ eventId, entityId }] : [];
  });
  return causes.slice(-linesBefore);
}

/** The lines that may have caused a reply whose platform does not say what it answers. */
export function linkCandidates(messages: readonly RehearsalMessage[]): EventKey[] {
  const replies = messages.filter(isOrphan).slice(-newestReplies);
  const keys = replies.flatMap((reply) => causesOf(reply, messages));
  return [...new Map(keys.map((key) => [key.eventId, key])).values()];
}

type Said = Execution["responses"][number];

function isFrom(said: Said, reply: RehearsalMessage): boolean {
  if (said.type !== "chat") return false;
  if (reply.platformMessageId !== undefined && said.platformMessageIds.length > 0) {
    return said.platformMessageIds.includes(reply.platformMessageId);
  }
  // The record is written before the platform has given the message its id.
  return said.text.trim() === reply.text.trim();
}

function linkOne(reply: RehearsalMessage, keys: readonly EventKey[], records: readonly Execution[]) {
  // The latest cause first: of two equal questions the later one is answered later.
  const cause = keys.findLast(({ eventId }) => {
    const record = records.find((one) => one.eventId === eventId);
    return record?.responses.some((said) => isFrom(said, reply)) ?? false;
  });
  return cause === undefined ? reply : { ...reply, inReplyTo: cause.eventId };
}

/** Adds `inReplyTo` where the bot's own records tell what the platform did not. */
export function linkReplies(
  messages: readonly RehearsalMessage[],
  records: readonly Execution[],
): readonly RehearsalMessage[] {
  if (records.length === 0) return messages;
  return messages.map((message) =>
    isOrphan(message) ? linkOne(message, causesOf(message, messages), records) : message,
  );
}
