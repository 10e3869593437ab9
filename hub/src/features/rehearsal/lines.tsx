import { Badge, Button } from "@mantine/core";
import { type ReactNode, useEffect, useId, useState } from "react";
import { useSpeech, useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { Penguin } from "#hub/ui/penguin.tsx";
import { sayStageProblem } from "#hub/ui/say-problem.ts";
import { Avatar } from "./avatar.tsx";
import { explainSilence } from "./explain.ts";
import styles from "./lines.module.css";
import { useWhy } from "./queries.ts";
import type { LocalLine } from "./thread.ts";
import { WhyPanel } from "./why-panel.tsx";
import type { RehearsalMessage } from "./wire.ts";

function Clock({ at }: { at: number }) {
  const { language } = useSpeech();
  const date = new Date(at);
  return (
    <time className={styles.time} dateTime={date.toISOString()}>
      {date.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}
    </time>
  );
}

function Why({ eventId, entityId, lead }: { eventId: string; entityId: string; lead?: ReactNode }) {
  const { why } = useTexts();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={styles.why}>
      {lead}
      <button
        type="button"
        className={styles.toggle}
        data-testid="why-toggle"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {why.toggle} <Icon name="chevron" size={14} />
      </button>
      {isOpen && <WhyPanel id={id} eventId={eventId} entityId={entityId} />}
    </div>
  );
}

/** A reply usually comes within this time; before, it is too early to speak of silence. */
const graceMs = 1200;
const openedAt = Date.now();

function useIsQuiet(at: number): boolean {
  const [isQuiet, setQuiet] = useState(() => at < openedAt);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(true), graceMs);
    return () => clearTimeout(timer);
  }, []);
  return isQuiet;
}

/** Why a line got no reply. Lines of this visit explain themselves; older ones only when asked. */
function Silence({ eventId, entityId, at }: { eventId: string; entityId: string; at: number }) {
  const texts = useTexts();
  const isQuiet = useIsQuiet(at);
  const { why } = useWhy({ eventId, entityId }, isQuiet && at >= openedAt);
  if (!isQuiet) return null;
  const record = why?.ok ? why.value : undefined;
  const lead = record !== undefined && (
    <span data-testid="silence">
      {texts.silence.lead} {explainSilence(record, texts)}{" "}
    </span>
  );
  return <Why eventId={eventId} entityId={entityId} lead={lead} />;
}

function Delivery({ message }: { message: RehearsalMessage }) {
  const { pane } = useTexts();
  if (message.delivery === "refused") return <p className={styles.problem}>{pane.deliveryRefused}</p>;
  if (message.delivery === "failed") return <p className={styles.problem}>{pane.deliveryFailed}</p>;
  const attempts = message.attempts ?? 1;
  return attempts > 1 ? <p className={styles.note}>{pane.attempts(attempts)}</p> : null;
}

function MaybeSilence({ message, isAnswered }: { message: RehearsalMessage; isAnswered: boolean }) {
  const arrived = message.delivery === undefined || message.delivery === "delivered";
  if (isAnswered || !arrived || message.eventId === undefined) return null;
  return <Silence eventId={message.eventId} entityId={message.entityId} at={message.at} />;
}

function BotLine({ message }: { message: RehearsalMessage }) {
  const { pane } = useTexts();
  return (
    <li className={styles.line} data-testid="bot-reply" data-kind="bot">
      <span className={styles.mark}>
        <Penguin size={26} isWaddling={message.isPending === true} />
      </span>
      <div className={styles.bubble}>
        <p className={styles.who}>
          <strong>{message.author.name}</strong>
          <Badge size="xs" radius="sm" className={styles.badge}>
            {pane.bot}
          </Badge>
          {message.ephemeral && (
            <Badge size="xs" radius="sm" className={styles.quietBadge} data-testid="ephemeral">
              {pane.ephemeral}
            </Badge>
          )}
          <Clock at={message.at} />
        </p>
        {message.text !== "" && <p className={styles.text}>{message.text}</p>}
        {message.isPending && (
          <p className={styles.note} data-testid="pending">
            {pane.pending}
          </p>
        )}
        <Delivery message={message} />
        {message.inReplyTo !== undefined && <Why eventId={message.inReplyTo} entityId={message.entityId} />}
      </div>
    </li>
  );
}

/** One line of the stage. `isAnswered`: the bot has said something to it in chat. */
export function StageLine({ message, isAnswered }: { message: RehearsalMessage; isAnswered: boolean }) {
  if (message.author.kind === "bot") return <BotLine message={message} />;
  if (message.author.kind === "system") {
    return (
      <li className={styles.system} data-testid="system-line">
        <p className={styles.text}>{message.text}</p>
        <Delivery message={message} />
        <MaybeSilence message={message} isAnswered={isAnswered} />
      </li>
    );
  }
  return (
    <li className={styles.line} data-testid="viewer-line">
      <Avatar name={message.author.name} size={26} />
      <div>
        <p className={styles.who}>
          <strong>{message.author.name}</strong>
          <Clock at={message.at} />
        </p>
        <p className={styles.text}>{message.text}</p>
        <Delivery message={message} />
        <MaybeSilence message={message} isAnswered={isAnswered} />
      </div>
    </li>
  );
}

interface OwnLineProps {
  line: LocalLine;
  onRetry: (line: LocalLine) => void;
  /** Takes it back into the input. */
  onEdit: (line: LocalLine) => void;
  onDiscard: (line: LocalLine) => void;
}

/** A line of mine that is still on its way, or did not make it. */
export function OwnLine({ line, onRetry, onEdit, onDiscard }: OwnLineProps) {
  const texts = useTexts();
  const { pane } = texts;
  return (
    <li className={styles.line} data-testid="own-line" data-state={line.state}>
      <Avatar name={line.viewer.name} size={26} />
      <div>
        <p className={styles.who}>
          <strong>{line.viewer.name}</strong>
        </p>
        <p className={styles.text}>{line.text}</p>
        {line.problem === undefined ? (
          <p className={styles.note}>{line.state === "sending" ? pane.sending : pane.sent}</p>
        ) : (
          <div className={styles.failure} role="alert" data-testid="say-failed">
            <p>
              <strong>{pane.notSent}</strong> {sayStageProblem(line.problem, texts)}
            </p>
            <Button variant="default" size="compact-xs" data-testid="retry" onClick={() => onRetry(line)}>
              {pane.retry}
            </Button>
            <Button variant="default" size="compact-xs" data-testid="edit" onClick={() => onEdit(line)}>
              {pane.edit}
            </Button>
            <Button variant="default" size="compact-xs" data-testid="discard" onClick={() => onDiscard(line)}>
              {pane.discard}
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}
