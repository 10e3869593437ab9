import { Button, Drawer } from "@mantine/core";
import type { FeedNote } from "#contracts/feed";
import { makeExecutionId } from "#contracts/ids";
import { problemOf } from "#hub/api/problem.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { WhyRecord } from "../why/record.tsx";
import styles from "./page.module.css";

function Why({ entityId, eventId }: { entityId: string; eventId: string }) {
  const { activity } = useTexts();
  const id = makeExecutionId(entityId, eventId);
  const record = useApi("GET /api/v1/router/executions/{id}", { params: { id } });
  const replay = useChange("POST /api/v1/router/executions/{id}/replay");
  if (record.error !== null && problemOf(record.error).kind === "absent")
    return <p data-testid="why-missing">{activity.whyMissing}</p>;
  return (
    <Loaded query={record}>
      {({ execution }) => (
        <div className={styles.why} data-testid="why-record">
          <WhyRecord record={execution} />
          <div>
            <Button
              variant="default"
              loading={replay.isPending}
              onClick={() => replay.mutate({ params: { id }, query: { dry: "1" } })}
              data-testid="replay"
            >
              {activity.replay}
            </Button>
            <p className={styles.faint}>{activity.replayHint}</p>
          </div>
          {replay.data && (
            <section data-testid="replayed">
              <h3>{activity.replayTitle}</h3>
              <WhyRecord record={replay.data.execution} />
            </section>
          )}
        </div>
      )}
    </Loaded>
  );
}

/** Why the bot did what it did about one line of the stream, and what it would do now. */
export function WhyDrawer({ note, onClose }: { note: FeedNote | undefined; onClose: () => void }) {
  const { activity, parts } = useTexts();
  const name = note && note.kind !== "effect" ? note.user.name : activity.kinds.effect;
  return (
    <Drawer
      opened={note !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={activity.whyOf(name)}
      closeButtonProps={{ "aria-label": parts.close }}
    >
      {note && <Why key={note.id} entityId={note.entityId} eventId={note.eventId} />}
    </Drawer>
  );
}
