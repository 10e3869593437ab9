import { Loader } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";
import styles from "./loaded.module.css";
import { ProblemPanel } from "./problem-panel.tsx";

interface Props<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

/**
 * A read in each of its states: on its way, not come (with a way to ask again), or there. What was there before
 * stays on screen when asking again fails.
 */
export function Loaded<T>({ query, children }: Props<T>) {
  const { data, error, isPending, isFetching, refetch } = query;
  const { parts } = useTexts();
  if (isPending)
    return (
      <div className={styles.loading} role="status" data-testid="loading">
        <Loader size="sm" type="dots" />
        {parts.loading}
      </div>
    );
  return (
    <>
      {error !== null && <ProblemPanel error={error} onRetry={refetch} isRetrying={isFetching} />}
      {data !== undefined && children(data)}
    </>
  );
}
