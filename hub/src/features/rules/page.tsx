import { ActionIcon, Button } from "@mantine/core";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { type Column, DataTable } from "#hub/ui/data-table.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";
import { RuleEditor } from "./rule-editor.tsx";

export type Rule = DataOf<"GET /api/v1/router/string-rules">["rules"][number];
export const ruleReads = [
  "GET /api/v1/router/string-rules",
  "GET /api/v1/router/string-rules/would-have-hit",
] as const;

/** String rules: the list, an editor with a live tester, and what shadow mode would have hit. */
export function RulesPage() {
  const { rules: texts } = useTexts();
  const { id } = useCommunity();
  const [edited, setEdited] = useState<Rule | "new" | null>(null);
  const list = useApi("GET /api/v1/router/string-rules", { query: { community_id: id, limit: 500 } });
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead}>
        <Button
          leftSection={<Icon name="plus" size={16} />}
          onClick={() => setEdited("new")}
          data-testid="rule-new"
        >
          {texts.add}
        </Button>
      </PageHeader>
      <Loaded query={list}>
        {({ rules }) => (
          <DataTable
            label={texts.title}
            rows={rules.toSorted((one, other) => one.priority - other.priority || one.id - other.id)}
            rowKey={(one) => one.id}
            columns={columnsFor(texts, setEdited)}
            empty={<EmptyState {...texts.empty} />}
            testId="rules"
          />
        )}
      </Loaded>
      <WouldHaveHit />
      {edited && <RuleEditor rule={edited === "new" ? undefined : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

/** A word for what the server knows under a name; the name itself for one of later days. */
export function wordFor(words: Readonly<Record<string, string>>, name: string): string {
  return words[name] ?? name;
}

function WouldHaveHit() {
  const texts = useTexts().rules.wouldHave;
  const { id } = useCommunity();
  const list = useApi("GET /api/v1/router/string-rules/would-have-hit", { query: { community_id: id } });
  const arm = useChange("PUT /api/v1/router/string-rules/{id}", { refreshes: ruleReads });
  return (
    <div className={styles.below}>
      <Panel title={texts.title} lead={texts.lead} testId="would-have-hit">
        <Loaded query={list}>
          {({ would_have_hit }) =>
            would_have_hit.length === 0 ? (
              <p className={styles.hint}>{texts.empty}</p>
            ) : (
              <ul className={styles.shadows}>
                {would_have_hit.map((one) => (
                  <li key={one.id}>
                    <code>{one.string}</code>
                    <span>
                      {texts.count(String(one.shadow_count))}
                      {one.last_shadow_text !== null && `, ${texts.last(one.last_shadow_text)}`}
                    </span>
                    <Button
                      size="xs"
                      variant="default"
                      loading={arm.isPending}
                      onClick={() => arm.mutate({ params: { id: one.id }, body: { is_shadow: false } })}
                    >
                      {texts.arm}
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Panel>
    </div>
  );
}

function stateOf(rule: Rule, texts: ReturnType<typeof useTexts>["rules"]) {
  if (rule.switched_off_because !== null)
    return <StatusMark tone="bad">{texts.switchedOff(rule.switched_off_because)}</StatusMark>;
  if (!rule.is_active) return <StatusMark tone="idle">{texts.off}</StatusMark>;
  return rule.is_shadow ? (
    <StatusMark tone="warn">{texts.shadow}</StatusMark>
  ) : (
    <StatusMark tone="good">{texts.on}</StatusMark>
  );
}

function columnsFor(
  texts: ReturnType<typeof useTexts>["rules"],
  onEdit: (rule: Rule) => void,
): Column<Rule>[] {
  const { columns } = texts;
  return [
    {
      key: "pattern",
      title: columns.pattern,
      width: "minmax(160px, 2fr)",
      render: (one) => <code className={styles.pattern}>{one.string}</code>,
    },
    {
      key: "match",
      title: columns.match,
      width: "160px",
      render: (one) => wordFor(texts.matches, one.match_type),
    },
    {
      key: "action",
      title: columns.action,
      width: "160px",
      render: (one) => wordFor(texts.actions, one.action),
    },
    { key: "priority", title: columns.priority, width: "100px", render: (one) => String(one.priority) },
    { key: "hits", title: columns.hits, width: "80px", render: (one) => String(one.match_count) },
    { key: "last", title: columns.last, width: "130px", render: (one) => <Moment at={one.last_matched} /> },
    { key: "state", title: columns.state, width: "minmax(190px, 1fr)", render: (one) => stateOf(one, texts) },
    {
      key: "actions",
      title: columns.actions,
      width: "72px",
      render: (one) => (
        <ActionIcon
          variant="subtle"
          aria-label={texts.edit(one.string)}
          title={texts.edit(one.string)}
          onClick={() => onEdit(one)}
        >
          <Icon name="pencil" size={16} />
        </ActionIcon>
      ),
    },
  ];
}
