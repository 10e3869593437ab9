import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { problemOf } from "#hub/api/problem.ts";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { sayProblem } from "#hub/ui/say-problem.ts";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";

interface Chain {
  rows: number;
  is_whole: boolean;
  first_broken_id: number | null;
}

/** Whether the log is whole, asked when somebody wants to know: the whole chain is read for it. */
export function ChainMark({ chain }: { chain: UseQueryResult<Chain> }) {
  const { language, texts } = useSpeech();
  const { audit } = texts;
  const found = chain.data;
  const words = () => {
    if (chain.isFetching) return audit.checking;
    if (!found) return audit.notChecked;
    return found.is_whole
      ? audit.whole(found.rows.toLocaleString(language))
      : audit.broken(found.first_broken_id ?? 0);
  };
  const tone = () => {
    if (chain.isFetching) return "busy" as const;
    if (!found) return "idle" as const;
    return found.is_whole ? ("good" as const) : ("bad" as const);
  };
  return (
    <div className={styles.chain}>
      <StatusMark tone={tone()} testId="chain">
        {words()}
      </StatusMark>
      <Button
        variant="default"
        size="compact-sm"
        loading={chain.isFetching}
        onClick={() => void chain.refetch()}
        data-testid="check-chain"
      >
        {audit.check}
      </Button>
      {chain.error !== null && <span role="alert">{sayProblem(problemOf(chain.error), texts)}</span>}
    </div>
  );
}
