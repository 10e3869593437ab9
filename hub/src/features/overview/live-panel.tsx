import { useState } from "react";
import type { FeedNote } from "#contracts/feed";
import { NoteRow } from "#hub/features/activity/note-row.tsx";
import { useFeed } from "#hub/features/activity/use-feed.ts";
import { WhyDrawer } from "#hub/features/activity/why-drawer.tsx";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";

const mostShown = 8;
const everything = {};

/** The last things that happen, as they happen; the Activity page has all of them and their filters. */
export function LivePanel({ id, slug }: { id: number; slug: string }) {
  const { overview: texts, activity } = useTexts();
  const [opened, setOpened] = useState<FeedNote>();
  const { state, notes } = useFeed(id, everything);
  const isOpen = state === "open";
  return (
    <Panel
      title={texts.live}
      testId="live"
      aside={
        <StatusMark tone={isOpen ? "good" : "busy"} testId={`live-${state}`}>
          {isOpen ? activity.live : activity[state === "lost" ? "lost" : "connecting"]}
        </StatusMark>
      }
    >
      {notes.length === 0 ? (
        <EmptyState title={activity.emptyTitle} text={activity.emptyText} />
      ) : (
        <ol className={styles.live} data-testid="live-notes">
          {notes.slice(0, mostShown).map((note) => (
            <NoteRow key={note.id} note={note} onOpen={() => setOpened(note)} />
          ))}
        </ol>
      )}
      <LinkButton variant="default" to="/c/$slug/activity" params={{ slug }}>
        {texts.toActivity}
      </LinkButton>
      <WhyDrawer note={opened} onClose={() => setOpened(undefined)} />
    </Panel>
  );
}
