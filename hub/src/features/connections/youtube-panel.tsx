import { Button, PasswordInput, Progress } from "@mantine/core";
import { useState } from "react";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import styles from "./page.module.css";

const route = "GET /api/v1/communities/{community_id}/youtube/quota";
const params = (communityId: number) => ({ community_id: communityId });

/** The day's YouTube quota and how much of it is gone; a community may bring its own key. */
export function YoutubePanel({ communityId }: { communityId: number }) {
  const { language, texts: all } = useSpeech();
  const { connections: texts, parts } = all;
  const [key, setKey] = useState("");
  const quota = useApi(route, { params: params(communityId) });
  const keep = useChange("PUT /api/v1/communities/{community_id}/youtube/key", {
    refreshes: [route],
    done: texts.keyKept,
    onDone: () => setKey(""),
  });
  const drop = useChange("DELETE /api/v1/communities/{community_id}/youtube/key", {
    refreshes: [route],
    done: texts.keyDropped,
  });
  const count = (value: number) => value.toLocaleString(language);
  return (
    <Panel title={texts.quota} testId="youtube-quota">
      <Loaded query={quota}>
        {({ used, limit, resets_at, key: kind, problem }) => (
          <>
            <Progress value={limit > 0 ? (100 * used) / limit : 0} aria-label={texts.quota} mb="xs" />
            <p>
              {texts.quotaLine(count(used), count(limit))},{" "}
              {kind === "own" ? texts.quotaOwn : texts.quotaShared}; {texts.quotaResets}{" "}
              <Moment at={resets_at} />
            </p>
            {problem !== null && <p className={styles.problem}>{problem}</p>}
            {kind === "own" && (
              <Button
                variant="default"
                size="compact-sm"
                mt="xs"
                onClick={() => drop.mutate({ params: params(communityId) })}
              >
                {parts.remove}
              </Button>
            )}
          </>
        )}
      </Loaded>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          keep.mutate({ params: params(communityId), body: { key: key.trim() } });
        }}
      >
        <PasswordInput
          label={texts.key}
          description={texts.keyHint}
          autoComplete="off"
          value={key}
          onChange={({ currentTarget }) => setKey(currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={keep.isPending} disabled={key.trim() === ""}>
          {parts.save}
        </Button>
      </form>
    </Panel>
  );
}
