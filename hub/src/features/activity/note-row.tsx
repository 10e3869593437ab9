import type { FeedNote } from "#contracts/feed";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { Icon, type IconName } from "#hub/ui/icon.tsx";
import styles from "./page.module.css";

const icons: Record<FeedNote["kind"], IconName> = { event: "chat", decision: "rule", effect: "send" };

function Words({ note }: { note: FeedNote }) {
  const { activity } = useSpeech().texts;
  if (note.kind === "event")
    return (
      <>
        <strong>{note.user.name}</strong> <span className={styles.faint}>{note.type}</span> {note.text}
      </>
    );
  if (note.kind === "decision")
    return (
      <>
        <span className={styles.status} data-status={note.status}>
          {activity.decided[note.status]}
        </span>{" "}
        {note.trigger !== "" && <code>{note.trigger}</code>}{" "}
        <span className={styles.faint}>{note.module ?? ""}</span>{" "}
        {note.replies.length > 0
          ? `${activity.answered}: ${note.replies.map(({ text }) => text).join(" · ")}`
          : (note.message ?? "")}
      </>
    );
  return (
    <>
      <span className={styles.status} data-status={note.state}>
        {note.state !== "sent" && `${activity.effectStates[note.state]}: `}
        {activity.effects[note.effect]}
      </span>{" "}
      {note.text} {note.problem !== null && <span className={styles.bad}>{note.problem}</span>}
    </>
  );
}

/** One line of what happened; opens why. */
export function NoteRow({ note, onOpen }: { note: FeedNote; onOpen: () => void }) {
  const { language } = useSpeech();
  const time = new Intl.DateTimeFormat(language, { timeStyle: "medium" }).format(note.at);
  return (
    <li>
      <button type="button" className={styles.note} onClick={onOpen} data-testid={`note-${note.kind}`}>
        <time dateTime={new Date(note.at).toISOString()}>{time}</time>
        <span className={styles.kind} data-kind={note.kind}>
          <Icon name={icons[note.kind]} size={15} />
        </span>
        <span className={styles.words}>
          <Words note={note} />
        </span>
        <span className={styles.channel}>{note.entityId}</span>
      </button>
    </li>
  );
}
