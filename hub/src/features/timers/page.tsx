import { ActionIcon, Button } from "@mantine/core";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { useApi } from "#hub/api/use-api.ts";
import { type Channel, nameOfChannel, useChannels } from "#hub/features/commands/use-channels.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { type Column, DataTable } from "#hub/ui/data-table.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import { TimerEditor } from "./timer-editor.tsx";

export type Timer = DataOf<"GET /api/v1/communities/{community_id}/timers">["timers"][number];

/** Timers with when they ran and will run next, by their channels' own word. */
export function TimersPage() {
  const { timers: texts } = useTexts();
  const { id } = useCommunity();
  const channels = useChannels();
  const [edited, setEdited] = useState<Timer | "new" | null>(null);
  const list = useApi("GET /api/v1/communities/{community_id}/timers", {
    params: { community_id: id },
    query: { limit: 100 },
  });
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead}>
        <Button
          leftSection={<Icon name="plus" size={16} />}
          onClick={() => setEdited("new")}
          data-testid="timer-new"
        >
          {texts.add}
        </Button>
      </PageHeader>
      <Loaded query={list}>
        {({ timers }) => (
          <DataTable
            label={texts.title}
            rows={timers}
            rowKey={(one) => one.id}
            columns={columnsFor(texts, channels, setEdited)}
            empty={<EmptyState {...texts.empty} />}
            testId="timers"
          />
        )}
      </Loaded>
      {edited && (
        <TimerEditor timer={edited === "new" ? undefined : edited} onClose={() => setEdited(null)} />
      )}
    </>
  );
}

function columnsFor(
  texts: ReturnType<typeof useTexts>["timers"],
  channels: readonly Channel[],
  onEdit: (timer: Timer) => void,
): Column<Timer>[] {
  const { columns } = texts;
  const nameOf = (entityId: string) => {
    const channel = channels.find(({ entity_id }) => entity_id === entityId);
    return channel ? nameOfChannel(channel) : entityId;
  };
  return [
    { key: "payload", title: columns.payload, width: "minmax(180px, 2fr)", render: (one) => one.payload },
    {
      key: "channel",
      title: columns.channel,
      width: "minmax(140px, 1fr)",
      render: (one) => nameOf(one.entity_id),
    },
    {
      key: "schedule",
      title: columns.schedule,
      width: "150px",
      render: (one) =>
        one.interval_seconds === null ? (
          <code>{one.cron}</code>
        ) : (
          texts.every(String(one.interval_seconds / 60))
        ),
    },
    { key: "next", title: columns.next, width: "140px", render: (one) => <Moment at={one.next_run} /> },
    { key: "last", title: columns.last, width: "140px", render: (one) => <Moment at={one.last_run} /> },
    {
      key: "state",
      title: columns.state,
      width: "90px",
      render: (one) => (
        <StatusMark tone={one.enabled ? "good" : "idle"}>{one.enabled ? texts.on : texts.off}</StatusMark>
      ),
    },
    {
      key: "actions",
      title: columns.actions,
      width: "72px",
      render: (one) => (
        <ActionIcon
          variant="subtle"
          aria-label={texts.edit(one.payload)}
          title={texts.edit(one.payload)}
          onClick={() => onEdit(one)}
        >
          <Icon name="pencil" size={16} />
        </ActionIcon>
      ),
    },
  ];
}
