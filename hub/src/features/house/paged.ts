import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "#hub/api/call.ts";
import { unwrap } from "#hub/api/problem.ts";

const limit = 100;
const first: number | undefined = undefined;
const nextOf = ({ next_cursor }: { next_cursor: string | null }) =>
  next_cursor === null ? undefined : Number(next_cursor);
const queryOf = (search: string, cursor: number | undefined) => ({
  limit,
  ...(search === "" ? {} : { search }),
  ...(cursor === undefined ? {} : { cursor }),
});

/** The first part of each key is the route, so that a change refreshes it as any other read. */
export function useHouseCommunities(search: string) {
  const route = "GET /api/v1/superadmin/communities";
  return useInfiniteQuery({
    queryKey: [route, search],
    initialPageParam: first,
    queryFn: async ({ pageParam, signal }) =>
      unwrap(await call(route, { query: queryOf(search, pageParam) }, { signal })),
    getNextPageParam: nextOf,
  });
}

export function useHouseUsers(search: string) {
  const route = "GET /api/v1/superadmin/users";
  return useInfiniteQuery({
    queryKey: [route, search],
    initialPageParam: first,
    queryFn: async ({ pageParam, signal }) =>
      unwrap(await call(route, { query: queryOf(search, pageParam) }, { signal })),
    getNextPageParam: nextOf,
  });
}
