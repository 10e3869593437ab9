import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { DataTable } from "#hub/ui/data-table.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { toast } from "#hub/ui/toast.ts";
import styles from "./page.module.css";
import { readRange } from "./read-range.ts";

const route = "GET /api/v1/router/dead-letters";

/** The letters of one channel, newest first. */
function Letters({ entityId, from, to }: { entityId: string; from: string; to: string }) {
  const { deadLetters: texts } = useTexts();
  const range = readRange(from, to);
  const query = range.ok ? { entity_id: entityId, from: range.from, to: range.to } : { entity_id: entityId };
  const letters = useApi(route, { query });
  const replay = useChange("POST /api/v1/router/dead-letters/{id}/replay", {
    refreshes: [route],
    done: ({ replayed_count }) => texts.replayed(replayed_count),
  });
  return (
    <Loaded query={letters}>
      {({ dead_letters }) => (
        <DataTable
          label={texts.title}
          testId="letters"
          rows={dead_letters}
          rowKey={({ id }) => id}
          rowHeight={52}
          empty={<EmptyState title={texts.emptyTitle} text={texts.emptyText} />}
          columns={[
            { key: "at", title: texts.columns.at, width: "150px", render: ({ at }) => <Moment at={at} /> },
            {
              key: "kind",
              title: texts.columns.kind,
              width: "minmax(150px, 1fr)",
              render: ({ kind, summary }) => `${texts.kinds[kind]}: ${summary}`,
            },
            {
              key: "error",
              title: texts.columns.error,
              width: "minmax(200px, 2fr)",
              render: ({ error }) => <span title={error}>{error}</span>,
            },
            {
              key: "attempts",
              title: texts.columns.attempts,
              width: "80px",
              render: ({ attempts }) => attempts,
            },
            {
              key: "action",
              title: texts.columns.action,
              width: "150px",
              render: ({ id, replayed_at }) =>
                replayed_at === null ? (
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={replay.isPending && replay.variables.params.id === id}
                    onClick={() => replay.mutate({ params: { id }, query: { entity_id: entityId } })}
                    data-testid="replay-one"
                  >
                    {texts.replay}
                  </Button>
                ) : (
                  texts.replayedBefore
                ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

/** What the bot gave up on, and the way back into the queue. */
export function DeadLettersPage() {
  const { deadLetters: texts } = useTexts();
  const { id } = useCommunity();
  const channels = useApi("GET /api/v1/communities/{community_id}/platforms", {
    params: { community_id: id },
  });
  const [chosen, choose] = useState<string>();
  const [[from, to], setRange] = useState(["", ""]);
  const [problem, setProblem] = useState<string>();
  const range = useChange("POST /api/v1/router/dead-letters/replay", {
    refreshes: [route],
    done: ({ replayed_count }) => texts.replayed(replayed_count),
  });
  const replayRange = async (entityId: string) => {
    const wanted = readRange(from ?? "", to ?? "");
    const said = wanted.ok ? undefined : texts[wanted.why];
    setProblem(said);
    if (!wanted.ok) return toast({ tone: "bad", text: texts[wanted.why] });
    await range
      .mutateAsync({ body: { entity_id: entityId, from: wanted.from, to: wanted.to } })
      .catch(() => undefined);
  };
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <Loaded query={channels}>
        {(data) => {
          const entityId = chosen ?? data.channels[0]?.entity_id;
          if (entityId === undefined)
            return <EmptyState title={texts.noChannelTitle} text={texts.noChannelText} />;
          return (
            <>
              <search className={styles.filters}>
                <NativeSelect
                  label={texts.channel}
                  value={entityId}
                  onChange={({ currentTarget }) => choose(currentTarget.value)}
                  data={data.channels.map(({ entity_id }) => entity_id)}
                  data-testid="channel"
                />
                <TextInput
                  type="datetime-local"
                  label={texts.from}
                  value={from}
                  error={problem}
                  onChange={({ currentTarget: { value } }) => setRange([value, to ?? ""])}
                />
                <TextInput
                  type="datetime-local"
                  label={texts.to}
                  value={to}
                  onChange={({ currentTarget: { value } }) => setRange([from ?? "", value])}
                />
                <ConfirmButton
                  label={texts.replayRange}
                  question={texts.replayRangeQuestion}
                  confirm={texts.replayRangeConfirm}
                  isBusy={range.isPending}
                  onConfirm={() => replayRange(entityId)}
                  testId="replay-range"
                />
              </search>
              <Letters entityId={entityId} from={from ?? ""} to={to ?? ""} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}
