import { useSpeech } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import type { Overview } from "./health.ts";
import styles from "./page.module.css";

/** What people did and what the bot made of it, since the last stream. */
export function HappenedPanel({ overview }: { overview: Overview }) {
  const { language, texts: all } = useSpeech();
  const texts = all.overview;
  const names: Record<string, string> = { ...texts.activities, ...texts.executions };
  const counted = [...overview.activities, ...overview.executions];
  return (
    <Panel
      title={texts.happened}
      lead={overview.is_since_stream ? texts.sinceStream : texts.sinceWeek}
      testId="happened"
    >
      {counted.length === 0 ? (
        <EmptyState title={texts.nothing} text={texts.nothingText}>
          <LinkButton to="/rehearsal" variant="default">
            {texts.toRehearsal}
          </LinkButton>
        </EmptyState>
      ) : (
        <dl className={styles.counts}>
          {counted.map(({ type, count }) => (
            <div key={type}>
              <dt>{names[type] ?? type.replaceAll("_", " ")}</dt>
              <dd>{count.toLocaleString(language)}</dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}

/** What the bot refused to do, and why. */
export function RefusalsPanel({ overview }: { overview: Overview }) {
  const { overview: texts } = useSpeech().texts;
  const reasons: Record<string, string> = texts.reasons;
  return (
    <Panel title={texts.refusals} testId="refusals">
      {overview.refusals.length === 0 ? (
        <EmptyState title={texts.noRefusals} text={texts.noRefusalsText} />
      ) : (
        <ul className={styles.lines}>
          {overview.refusals.map(({ id, command, module, status, code, user_key, executed_at }) => (
            <li key={id}>
              <span>
                <code>{command ?? module ?? "–"}</code> {reasons[code ?? ""] ?? texts.refusedFor[status]}
              </span>
              <span className={styles.small}>
                {user_key} · <Moment at={executed_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
