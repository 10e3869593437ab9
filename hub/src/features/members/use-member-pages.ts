import { useQueries } from "@tanstack/react-query";
import type { DataOf } from "#hub/api/call.ts";
import { apiQuery, useApi } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";

export type Member = DataOf<"GET /api/v1/communities/{community_id}/members">["members"][number];
export type MemberRole = Member["role"];

export interface MemberWish {
  search: string;
  role: MemberRole | undefined;
  limit: number;
}

/** Pages before and behind those on screen, so that whoever scrolls meets rows and no gap. */
const pagesAround = 2;

/** How many there are, and where each page of the list begins. */
export function useMemberIndex(wish: MemberWish) {
  const { id } = useCommunity();
  return useApi("GET /api/v1/communities/{community_id}/member-pages", {
    params: { community_id: id },
    query: filterOf(wish),
  });
}

/** The pages near the window, by their keys. `rowAt` is undefined for a row that is still on its way. */
export function useMemberPages(
  wish: MemberWish,
  cursors: readonly string[],
  window: { first: number; last: number },
) {
  const { id } = useCommunity();
  const { limit } = wish;
  const from = Math.max(0, Math.floor(window.first / limit) - pagesAround);
  const to = Math.min(cursors.length - 1, Math.floor(window.last / limit) + pagesAround);
  const numbers = Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => from + offset);
  const pages = useQueries({
    queries: numbers.map((number) =>
      apiQuery("GET /api/v1/communities/{community_id}/members", {
        params: { community_id: id },
        query: { ...filterOf(wish), cursor: cursors[number] ?? "" },
      }),
    ),
  });
  const rowAt = (row: number): Member | undefined =>
    pages[Math.floor(row / limit) - from]?.data?.members[row % limit];
  return { rowAt, failed: pages.find(({ error }) => error !== null)?.error ?? null };
}

function filterOf({ search, role, limit }: MemberWish) {
  return { ...(search ? { search } : {}), ...(role ? { role } : {}), limit };
}
