import { Button, Loader } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { sayStageProblem } from "#hub/ui/say-problem.ts";
import { WhyRecord } from "../why/record.tsx";
import { useWhy } from "./queries.ts";
import styles from "./why-panel.module.css";

interface Props {
  id: string;
  eventId: string;
  entityId: string;
}

/** The bot's own record of one event, for people. */
export function WhyPanel({ id, eventId, entityId }: Props) {
  const texts = useTexts();
  const { why, isLooking, lookAgain } = useWhy({ eventId, entityId }, true);
  const panel = useRef<HTMLDivElement>(null);
  const record = why?.ok ? why.value : undefined;
  const isFound = record !== undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the panel grows when the record is found
  useEffect(() => {
    // In braces: newer browsers return a promise here, and React would take it for a clean-up function.
    panel.current?.scrollIntoView({ block: "nearest" });
  }, [isFound]);

  if (isFound) {
    return (
      <div ref={panel} className={styles.panel} id={id} data-testid="why-panel">
        <WhyRecord record={record} />
      </div>
    );
  }
  return (
    <div ref={panel} className={styles.panel} id={id} data-testid="why-panel">
      {why === undefined || isLooking ? (
        <output className={styles.wait}>
          <Loader size={14} color="var(--wb-beak-text)" /> {texts.why.loading}
        </output>
      ) : (
        <p role="alert">
          {why.ok ? texts.why.missing : sayStageProblem(why.problem, texts)}{" "}
          <Button variant="default" size="compact-xs" onClick={() => void lookAgain()}>
            {texts.why.again}
          </Button>
        </p>
      )}
    </div>
  );
}
