import { useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { NotFoundPage } from "#hub/shell/not-found-page.tsx";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { pathBack } from "../own-path.ts";
import styles from "../page.module.css";
import { CodeStep } from "./code-step.tsx";
import { ForgottenStep, RegisterStep } from "./mail-steps.tsx";
import { OwnPasswordStep, ResetStep, VerifyStep } from "./password-steps.tsx";

/** The steps of signing in that have a page of their own; some are where a mail's link leads. */
export function SignInStepPage() {
  const { step } = useParams({ from: "/sign-in/$step" });
  const { return: wished } = useSearch({ from: "/sign-in/$step" });
  const { signIn } = useTexts();
  const back = pathBack(wished);
  const steps: Readonly<Record<string, { words: { title: string; lead: string }; body: ReactNode }>> = {
    register: { words: signIn.register, body: <RegisterStep /> },
    forgotten: { words: signIn.forgotten, body: <ForgottenStep /> },
    verify: { words: signIn.verify, body: <VerifyStep /> },
    reset: { words: signIn.reset, body: <ResetStep /> },
    code: { words: signIn.code, body: <CodeStep back={back} /> },
    password: { words: signIn.own, body: <OwnPasswordStep back={back} /> },
  };
  const found = Object.hasOwn(steps, step) ? steps[step] : undefined;
  if (!found) return <NotFoundPage />;
  return (
    <div className={styles.page}>
      <PageHeader title={found.words.title} lead={found.words.lead} />
      <Panel>
        <div className={styles.ways}>
          {found.body}
          <LinkButton to="/sign-in" variant="subtle" size="compact-sm">
            {signIn.back}
          </LinkButton>
        </div>
      </Panel>
    </div>
  );
}
