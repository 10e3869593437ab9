import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, type DataOf } from "#hub/api/call.ts";
import { unwrap } from "#hub/api/problem.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";
import { type Draft, toBody } from "./rule-draft.ts";

const settleMs = 300;
type Verdict = DataOf<"POST /api/v1/router/string-rules/test">;

/** Asks the server about the rule as it stands in the form, while somebody types. */
export function RuleTester({ draft, replaces }: { draft: Draft; replaces: number | undefined }) {
  const { rules, problem } = useTexts();
  const { tester: texts } = rules;
  const { id } = useCommunity();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue({ draft, text }, settleMs);
  const body = {
    community_id: id,
    ...toBody(asked.draft),
    text: asked.text,
    ...(replaces ? { replaces } : {}),
  };
  const verdict = useQuery({
    queryKey: ["rule test", body],
    queryFn: async ({ signal }) =>
      unwrap(await call("POST /api/v1/router/string-rules/test", { body }, { signal })),
    enabled: asked.text !== "" && asked.draft.string !== "",
    placeholderData: keepPreviousData,
  });
  const [why] = Object.values(fieldErrors(verdict.error));
  return (
    <section className={styles.tester}>
      <strong>{texts.title}</strong>
      <p className={styles.hint}>{texts.lead}</p>
      <TextInput
        label={texts.text}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="rule-test-text"
      />
      <div role="status" data-testid="rule-verdict">
        {verdict.error && <StatusMark tone="bad">{texts.never(why ?? problem.title)}</StatusMark>}
        {!verdict.error && verdict.data && asked.text !== "" && <Said verdict={verdict.data} />}
      </div>
    </section>
  );
}

function Said({ verdict }: { verdict: Verdict }) {
  const { tester: texts } = useTexts().rules;
  if (verdict.problem !== null) return <StatusMark tone="bad">{texts.never(verdict.problem)}</StatusMark>;
  if (!verdict.matches) return <StatusMark tone="idle">{texts.misses}</StatusMark>;
  return verdict.wins || verdict.first_rule_id === null ? (
    <StatusMark tone="good">{texts.hits}</StatusMark>
  ) : (
    <StatusMark tone="warn">{texts.beaten(String(verdict.first_rule_id))}</StatusMark>
  );
}
