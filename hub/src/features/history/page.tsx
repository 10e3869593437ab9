import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { configKind } from "#contracts/config-version";
import { call } from "#hub/api/call.ts";
import { unwrap } from "#hub/api/problem.ts";
import { useMay } from "#hub/session/use-may.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { ProblemPanel } from "#hub/ui/problem-panel.tsx";
import { ConfigurationFile } from "./configuration-file.tsx";
import styles from "./page.module.css";
import { VersionLine } from "./version-line.tsx";

/** The newest changes first, each with its difference and its way back; and the whole as a file. */
export function HistoryPage() {
  const { history: texts, parts } = useTexts();
  const { id } = useCommunity();
  const mayTakeAll = useMay("admin");
  const [kind, setKind] = useState<(typeof configKind.options)[number] | undefined>(undefined);
  const list = useInfiniteQuery({
    queryKey: ["GET /api/v1/communities/{community_id}/versions", id, kind],
    initialPageParam: 0,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...(kind ? { kind } : {}), ...(pageParam > 0 ? { cursor: pageParam } : {}), limit: 50 };
      const wish = { params: { community_id: id }, query };
      return unwrap(await call("GET /api/v1/communities/{community_id}/versions", wish, { signal }));
    },
    getNextPageParam: ({ next_cursor }) => (next_cursor === null ? undefined : Number(next_cursor)),
  });
  const versions = list.data?.pages.flatMap((page) => page.versions) ?? [];
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      {mayTakeAll && <ConfigurationFile />}
      <NativeSelect
        className={styles.filter}
        label={texts.filter}
        value={kind ?? ""}
        onChange={(event) => setKind(configKind.options.find((one) => one === event.currentTarget.value))}
        data={[
          { value: "", label: texts.allKinds },
          ...configKind.options.map((value) => ({ value, label: texts.kinds[value] })),
        ]}
      />
      {list.error !== null && <ProblemPanel error={list.error} onRetry={list.refetch} />}
      {list.isPending && (
        <p role="status" data-testid="loading">
          {parts.loading}
        </p>
      )}
      {list.isSuccess && versions.length === 0 && <EmptyState {...texts.empty} />}
      <ol className={styles.versions} data-testid="versions">
        {versions.map((version) => (
          <VersionLine key={version.id} version={version} />
        ))}
      </ol>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </>
  );
}
