import { Button } from "@mantine/core";
import { useLocation } from "@tanstack/react-router";
import { problemOf } from "#hub/api/problem.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "./icon.tsx";
import { LinkButton } from "./link-button.tsx";
import styles from "./problem-panel.module.css";
import { sayProblem } from "./say-problem.ts";

interface Props {
  /** What was thrown; see `problemOf`. */
  error: unknown;
  onRetry?: (() => unknown) | undefined;
  isRetrying?: boolean;
}

/** What did not work, in a sentence, and the way on: again, or to the sign-in page and back. */
export function ProblemPanel({ error, onRetry, isRetrying = false }: Props) {
  const texts = useTexts();
  const here = useLocation({ select: ({ href }) => href });
  const problem = problemOf(error);
  return (
    <div className={styles.problem} role="alert" data-testid="problem">
      <Icon name="alert" size={22} />
      <div className={styles.words}>
        <strong>{texts.problem.title}</strong>
        <p>{sayProblem(problem, texts)}</p>
      </div>
      {problem.kind === "signedOut" ? (
        <LinkButton to="/sign-in" search={{ return: here }} variant="default">
          {texts.shell.signIn}
        </LinkButton>
      ) : (
        onRetry && (
          <Button variant="default" loading={isRetrying} onClick={() => void onRetry()}>
            {texts.problem.retry}
          </Button>
        )
      )}
    </div>
  );
}
