import type { MemberMessage } from "#contracts/member-chat";

/** Oldest first, each once, whatever order they came in. */
export function mergeMessages(
  known: readonly MemberMessage[],
  fresh: readonly MemberMessage[],
): readonly MemberMessage[] {
  const all = new Map([...known, ...fresh].map((message) => [message.id, message]));
  return all.size === known.length ? known : [...all.values()].sort((a, b) => a.id - b.id);
}
