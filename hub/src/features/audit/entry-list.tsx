import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import type { AuditEntry, AuditWish } from "./entries.ts";
import styles from "./page.module.css";

export function AuditFilters({ wish, onChange }: { wish: AuditWish; onChange: (wish: AuditWish) => void }) {
  const { audit } = useTexts();
  const [words, setWords] = useState({ action: wish.action ?? "", actor: wish.actor ?? "" });
  const apply = () => onChange({ ...wish, action: words.action.trim(), actor: words.actor.trim() });
  return (
    <form
      className={styles.filters}
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <TextInput
        label={audit.action}
        placeholder={audit.actionHint}
        maxLength={100}
        value={words.action}
        data-testid="audit-action"
        onChange={({ currentTarget: { value } }) => setWords({ ...words, action: value })}
        onBlur={apply}
      />
      <TextInput
        label={audit.actor}
        placeholder={audit.actorHint}
        maxLength={200}
        value={words.actor}
        onChange={({ currentTarget: { value } }) => setWords({ ...words, actor: value })}
        onBlur={apply}
      />
      <TextInput
        type="datetime-local"
        label={audit.from}
        onChange={({ currentTarget: { value } }) => onChange({ ...wish, from: toMoment(value) })}
      />
      <TextInput
        type="datetime-local"
        label={audit.to}
        onChange={({ currentTarget: { value } }) => onChange({ ...wish, to: toMoment(value) })}
      />
      {/* Enter in a field applies it; without a button a form of two fields would not send itself. */}
      <button type="submit" className="wb-hidden">
        {audit.action}
      </button>
    </form>
  );
}

function toMoment(value: string): string | undefined {
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

function Part({ title, value }: { title: string; value: unknown }) {
  const { audit } = useTexts();
  return (
    <div>
      <h3>{title}</h3>
      <pre>{value === null || value === undefined ? audit.nothing : JSON.stringify(value, null, 2)}</pre>
    </div>
  );
}

interface Props {
  entries: readonly AuditEntry[];
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => unknown;
}

/** Changes, newest first; each opens to what was before and after. */
export function EntryList({ entries, hasMore, isLoading, onMore }: Props) {
  const { audit, parts } = useTexts();
  if (entries.length === 0) return <EmptyState title={audit.emptyTitle} text={audit.emptyText} />;
  return (
    <>
      <ul className={styles.entries} data-testid="audit-entries">
        {entries.map((entry) => (
          <li key={entry.id}>
            <details>
              <summary>
                <Moment at={entry.at} />
                <strong>
                  {entry.actor_name ?? (entry.actor === "service" ? audit.service : entry.actor)}
                </strong>
                <code>{entry.action}</code>
                <span className={styles.resource}>
                  {entry.resource_type} {entry.resource_id}
                </span>
              </summary>
              <div className={styles.parts}>
                <Part title={audit.before} value={entry.before} />
                <Part title={audit.after} value={entry.after} />
              </div>
            </details>
          </li>
        ))}
      </ul>
      {hasMore && (
        <Button variant="default" loading={isLoading} onClick={() => void onMore()} data-testid="audit-more">
          {parts.more}
        </Button>
      )}
    </>
  );
}
