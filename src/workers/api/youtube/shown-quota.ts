import type { QuotaState } from "#contracts/live-chat";

/** A day's quota as the API shows it. */
export function shownQuotaOf({ limit, used, resetsAt, spacingMs, readers }: QuotaState) {
  return {
    limit,
    used,
    resets_at: new Date(resetsAt).toISOString(),
    seconds_between_pages: spacingMs / 1000,
    chats_being_read: readers,
  };
}
