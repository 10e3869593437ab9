import type { ReactNode } from "react";
import type { Execution } from "#contracts/execution";
import { useSpeech, useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { layBars, sayMs } from "../rehearsal/explain.ts";
import { sayRole } from "../rehearsal/say-role.ts";
import styles from "./record.module.css";

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Rights({ rights }: { rights: Execution["rights"] }) {
  const texts = useTexts();
  if (rights === null) return <span className={styles.faint}>{texts.why.noRights}</span>;
  const { required, actual, isAllowed, because } = rights;
  return (
    <>
      <span className={isAllowed ? styles.good : styles.bad}>
        <Icon name={isAllowed ? "check" : "cross"} size={14} />{" "}
        {isAllowed ? texts.why.allowed : texts.why.denied}
      </span>{" "}
      · {texts.why.rightsLine(sayRole(required, texts), sayRole(actual, texts))}
      {because !== "" && <span className={styles.faint}> ({because})</span>}
    </>
  );
}

function Steps({ steps }: { steps: Execution["steps"] }) {
  const { language, texts } = useSpeech();
  if (steps.length === 0) return <span className={styles.faint}>{texts.why.noSteps}</span>;
  const total = steps.reduce((sum, step) => sum + step.ms, 0);
  return (
    <>
      <ol className={styles.steps} data-testid="why-steps">
        {layBars(steps).map((bar, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a finished record never move
          <li key={index}>
            <span className={styles.step}>{bar.name}</span>
            <span className={styles.track}>
              <span className={styles.bar} style={{ marginLeft: `${bar.offset}%`, width: `${bar.width}%` }} />
            </span>
            <span className={styles.ms}>{sayMs(bar.ms, language)}</span>
          </li>
        ))}
      </ol>
      <span className={styles.faint}>{texts.why.total(sayMs(total, language))}</span>
    </>
  );
}

function isKnown<T extends object>(names: T, name: string): name is keyof T & string {
  return Object.hasOwn(names, name);
}

/** The bot's own record of one event, for people: why it did what it did. */
export function WhyRecord({ record }: { record: Execution }) {
  const { why } = useTexts();
  return (
    <dl className={styles.facts}>
      <Fact term={why.trigger}>
        {record.trigger.text !== "" && <code className={styles.code}>{record.trigger.text}</code>}{" "}
        <span className={styles.faint}>{why.triggerKinds[record.trigger.kind]}</span>
      </Fact>
      {record.chain.length > 0 && (
        <Fact term={why.chain}>
          <code className={styles.code}>{record.chain.join(" → ")}</code>
        </Fact>
      )}
      <Fact term={why.rights}>
        <Rights rights={record.rights} />
      </Fact>
      <Fact term={why.module}>
        {record.module === null ? (
          <span className={styles.faint}>{why.noModule}</span>
        ) : (
          <>
            <strong>{record.module}</strong>
            {record.handler !== null && ` › ${record.handler}`}
          </>
        )}
      </Fact>
      <Fact term={why.result}>
        <span className={styles.status} data-status={record.status}>
          {why.statuses[record.status]}
        </span>
        {record.message !== null && ` ${record.message}`}
      </Fact>
      {record.responses.length > 0 && (
        <Fact term={why.said}>
          {record.responses
            .map(({ type, state }) => {
              const name = isKnown(why.responseTypes, type) ? why.responseTypes[type] : type;
              return `${name}: ${why.states[state]}`;
            })
            .join(" · ")}
        </Fact>
      )}
      <Fact term={why.steps}>
        <Steps steps={record.steps} />
      </Fact>
    </dl>
  );
}
