import { SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "#hub/api/call.ts";
import { unwrap } from "#hub/api/problem.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { DataTable } from "#hub/ui/data-table.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";

const metrics = ["points", "score"] as const;
type Metric = (typeof metrics)[number];
const first: string | undefined = undefined;

function useBoard(communityId: number, by: Metric) {
  const route = "GET /api/v1/reputation/{community_id}/leaderboard";
  return useInfiniteQuery({
    queryKey: [route, communityId, by],
    initialPageParam: first,
    queryFn: async ({ pageParam, signal }) => {
      const query = { by, limit: 100, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      return unwrap(await call(route, { params: { community_id: communityId }, query }, { signal }));
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
}

/** Who has most in a community. */
export function LeaderboardPage() {
  const { language, texts } = useSpeech();
  const { leaderboard } = texts.mine;
  const { id } = useCommunity();
  const [by, setBy] = useState<Metric>("points");
  const board = useBoard(id, by);
  return (
    <>
      <PageHeader title={leaderboard.title} lead={leaderboard.lead}>
        <SegmentedControl
          aria-label={leaderboard.by}
          value={by}
          onChange={(value) => setBy(metrics.find((one) => one === value) ?? "points")}
          data={metrics.map((value) => ({ value, label: leaderboard.metrics[value] }))}
        />
      </PageHeader>
      <Loaded query={board}>
        {({ pages }) => (
          <DataTable
            label={leaderboard.title}
            testId="leaderboard"
            rows={pages.flatMap(({ people }) => people)}
            rowKey={({ user_key }) => user_key}
            onNearEnd={board.hasNextPage ? board.fetchNextPage : undefined}
            empty={<EmptyState title={leaderboard.emptyTitle} text={leaderboard.emptyText} />}
            columns={[
              { key: "rank", title: leaderboard.columns.rank, width: "80px", render: ({ rank }) => rank },
              {
                key: "name",
                title: leaderboard.columns.name,
                width: "minmax(140px, 1fr)",
                render: ({ user_name }) => <strong>{user_name}</strong>,
              },
              {
                key: "value",
                title: leaderboard.columns.value,
                width: "140px",
                render: (row) => Number(row[by]).toLocaleString(language, { maximumFractionDigits: 0 }),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
