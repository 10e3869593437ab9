import type { FeedFilter, FeedNote } from "#contracts/feed";

/** Whether a page with this filter wants to see this. An effect carries no type and no person, so it follows neither. */
export function matches({ entityId, kinds, types, user }: FeedFilter, note: FeedNote): boolean {
  if (entityId !== undefined && note.entityId !== entityId) return false;
  if (kinds !== undefined && !kinds.includes(note.kind)) return false;
  if (types !== undefined && (note.kind === "effect" || !types.includes(note.type))) return false;
  if (user === undefined || user === "") return true;
  return note.kind !== "effect" && note.user.name.toLowerCase().includes(user.toLowerCase());
}
