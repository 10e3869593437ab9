import { Button, Group } from "@mantine/core";
import { useState } from "react";
import type { FeedFilter, FeedNote } from "#contracts/feed";
import { useApi } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { NoteRow } from "./note-row.tsx";
import styles from "./page.module.css";
import { useFeed } from "./use-feed.ts";
import { WhyDrawer } from "./why-drawer.tsx";

/** What happens in a community right now. */
export function ActivityPage() {
  const { activity } = useTexts();
  const { id } = useCommunity();
  const [filter, setFilter] = useState<FeedFilter>({});
  const [opened, setOpened] = useState<FeedNote>();
  const feed = useFeed(id, filter);
  const channels = useApi("GET /api/v1/communities/{community_id}/platforms", {
    params: { community_id: id },
  });
  const choose = (next: FeedFilter) => {
    setFilter(next);
    feed.choose(next);
  };
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <PageHeader title={activity.title} lead={activity.lead}>
        <StatusMark tone={feed.state === "open" ? "good" : "busy"} testId={`feed-${feed.state}`}>
          {feed.state === "open" ? activity.live : activity[feed.state === "lost" ? "lost" : "connecting"]}
        </StatusMark>
        <Group gap={8}>
          <Button
            variant="default"
            leftSection={<Icon name={feed.isPaused ? "play" : "pause"} />}
            onClick={feed.pause}
            data-testid="pause"
          >
            {feed.isPaused ? activity.resume(feed.waiting) : activity.pause}
          </Button>
          <Button variant="default" onClick={feed.clear}>
            {activity.clear}
          </Button>
        </Group>
      </PageHeader>
      <FilterBar filter={filter} channels={channels.data?.channels ?? []} onChoose={choose} />
      {feed.dropped > 0 && <p className={styles.faint}>{activity.dropped(feed.dropped)}</p>}
      {feed.notes.length === 0 ? (
        <EmptyState
          title={activity.emptyTitle}
          text={isFiltered ? activity.emptyFilterText : activity.emptyText}
        />
      ) : (
        <ol className={styles.stream} data-testid="stream">
          {feed.notes.map((note) => (
            <NoteRow key={note.id} note={note} onOpen={() => setOpened(note)} />
          ))}
        </ol>
      )}
      <WhyDrawer note={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}
