import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { apiQuery, useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import { type ListedOverlay, listRoute } from "./overlay.ts";
import styles from "./page.module.css";

type Sent = DataOf<"POST /api/v1/communities/{community_id}/overlays/{type}/test">;

/** Sends a test and says what became of it: arrived, shown, or why not. */
export function TryIt({ overlay: { type } }: { overlay: ListedOverlay }) {
  const { test } = useTexts().overlays;
  const { id } = useCommunity();
  const [sent, setSent] = useState<Sent>();
  const send = useChange("POST /api/v1/communities/{community_id}/overlays/{type}/test", {
    refreshes: [listRoute],
    onDone: setSent,
  });
  return (
    <Panel title={test.title} lead={test.lead} testId="overlay-test">
      <div className={styles.actions}>
        <Button
          onClick={() => send.mutate({ params: { community_id: id, type } })}
          loading={send.isPending}
          data-testid="overlay-send-test"
        >
          {test.send}
        </Button>
        {sent && (
          <StatusMark tone={sent.pages > 0 ? "good" : "warn"}>
            {sent.pages > 0 ? test.sentTo(sent.pages) : test.nobody}
          </StatusMark>
        )}
        {sent && sent.pages > 0 && <Receipt sent={sent} key={sent.seq} />}
      </div>
    </Panel>
  );
}

const askAgainMs = 1000;

function Receipt({ sent: { part, seq } }: { sent: Sent }) {
  const { test } = useTexts().overlays;
  const { id } = useCommunity();
  const params = { community_id: id, part, seq };
  const { data } = useQuery({
    ...apiQuery("GET /api/v1/communities/{community_id}/overlays/frames/{part}/{seq}", { params }),
    refetchInterval: ({ state }) => (isOver(part, state.data) ? false : askAgainMs),
  });
  const isThere = typeof data?.delivered_at === "string";
  const result = data?.result ?? null;
  return (
    <>
      <StatusMark tone={isThere ? "good" : "busy"} testId="overlay-delivered">
        {isThere ? test.delivered : test.notDelivered}
      </StatusMark>
      {hasEnd(part) && (
        <StatusMark tone={toneOf(result)} testId="overlay-played">
          {result === null ? test.notPlayed : test[result]}
        </StatusMark>
      )}
    </>
  );
}

/** What stays on screen has no end that could be told. */
function hasEnd(part: Sent["part"]): boolean {
  return !["goal", "music", "chat", "captions"].includes(part);
}

function isOver(
  part: Sent["part"],
  data: { delivered_at: string | null; result: string | null } | undefined,
): boolean {
  return data !== undefined && (hasEnd(part) ? data.result !== null : data.delivered_at !== null);
}

function toneOf(result: "played" | "failed" | "dropped" | null) {
  if (result === null) return "busy";
  return result === "played" ? "good" : "bad";
}
