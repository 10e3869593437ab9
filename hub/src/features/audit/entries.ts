import { useInfiniteQuery } from "@tanstack/react-query";
import { call, type DataOf } from "#hub/api/call.ts";
import { unwrap } from "#hub/api/problem.ts";

export type AuditEntry = DataOf<"GET /api/v1/superadmin/audit">["entries"][number];

export interface AuditWish {
  action?: string | undefined;
  actor?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** The log page by page; of one community, or of the whole house. */
export function useAudit(communityId: number | null, wish: AuditWish) {
  return useInfiniteQuery({
    queryKey: ["audit", communityId, wish],
    initialPageParam: undefined,
    queryFn: async ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) => {
      const query = { ...filled(wish), ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      if (communityId === null)
        return unwrap(await call("GET /api/v1/superadmin/audit", { query }, { signal }));
      const params = { community_id: communityId };
      return unwrap(
        await call("GET /api/v1/communities/{community_id}/audit", { params, query }, { signal }),
      );
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
}

/** A field that was emptied asks for nothing. */
function filled(wish: AuditWish): Record<string, string> {
  return Object.fromEntries(
    Object.entries(wish).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
