import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { sayProblem } from "#hub/ui/say-problem.ts";
import { toast } from "#hub/ui/toast.ts";
import {
  type ChangeRoute,
  call,
  type DataOf,
  type ReadRoute,
  type WishArguments,
  type WishOf,
} from "./call.ts";
import { problemOf, unwrap } from "./problem.ts";

/** A read as TanStack Query's options; its key is the route and what it was asked with. */
export function apiQuery<R extends ReadRoute>(route: R, ...[wish]: WishArguments<R>) {
  return queryOptions({
    queryKey: [route, wish ?? {}],
    queryFn: async ({ signal }) => unwrap(await call(route, wish, { signal })),
  });
}

/** A read of the API. Problems arrive as `error`; `<Loaded>` shows all states. */
export function useApi<R extends ReadRoute>(route: R, ...wish: WishArguments<R>) {
  return useQuery(apiQuery(route, ...wish));
}

interface ChangeOptions<R extends ChangeRoute> {
  /** Reads that are stale afterwards, by route. */
  refreshes?: readonly ReadRoute[];
  /** Said when it is done. */
  done?: string | ((data: DataOf<R>) => string);
  onDone?: (data: DataOf<R>) => void;
  /** The form shows its problems beside its fields itself. */
  isQuiet?: boolean;
}

/** A change through the API: refreshes what it made stale, and says how it went. */
export function useChange<R extends ChangeRoute>(route: R, options: ChangeOptions<R> = {}) {
  const queryClient = useQueryClient();
  const texts = useTexts();
  return useMutation({
    mutationFn: async (wish: WishOf<R>) => unwrap(await call(route, wish)),
    onSuccess: async (data) => {
      const { done, refreshes = [], onDone } = options;
      if (done !== undefined) toast({ tone: "good", text: typeof done === "string" ? done : done(data) });
      onDone?.(data);
      await Promise.all(refreshes.map((stale) => queryClient.invalidateQueries({ queryKey: [stale] })));
    },
    onError: (error) => {
      if (!options.isQuiet) toast({ tone: "bad", text: sayProblem(problemOf(error), texts) });
    },
  });
}
