import type { ReactNode } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";

export type StepState = "done" | "open" | "trouble";

const tones = { done: "good", open: "idle", trouble: "bad" } as const;

interface Props {
  title: string;
  /** What it will do. */
  text: string;
  state: StepState;
  testId: string;
  children?: ReactNode;
}

/** One step with its live mark; it can be left out, and done again. */
export function Step({ title, text, state, testId, children }: Props) {
  const { start } = useTexts();
  return (
    <Panel
      title={title}
      lead={text}
      testId={testId}
      aside={
        <StatusMark tone={tones[state]} testId={`${testId}-${state}`}>
          {start[state]}
        </StatusMark>
      }
    >
      {children}
    </Panel>
  );
}
