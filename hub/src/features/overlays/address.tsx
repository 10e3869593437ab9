import { Button, Code, CopyButton, Text } from "@mantine/core";
import { useState } from "react";
import { useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { type ListedOverlay, listRoute } from "./overlay.ts";
import styles from "./page.module.css";

/** Where an overlay is found: shown once when it is made, renewed in one click. */
export function Address({ overlay }: { overlay: ListedOverlay }) {
  const { address } = useTexts().overlays;
  const { id } = useCommunity();
  const [url, setUrl] = useState<string>();
  const { type, token, replaced } = overlay;
  const params = { community_id: id, type };
  const rotate = useChange("POST /api/v1/communities/{community_id}/overlays/{type}/rotate", {
    refreshes: [listRoute],
    onDone: ({ path }) => setUrl(new URL(path, location.href).href),
  });
  const remove = useChange("DELETE /api/v1/communities/{community_id}/overlays/{type}", {
    refreshes: [listRoute],
    onDone: () => setUrl(undefined),
  });
  const renew = (grace: boolean) => rotate.mutateAsync({ params, body: { grace } }).catch(() => undefined);
  return (
    <Panel title={address.title} lead={address.lead} testId="overlay-address">
      {token ? <Facts overlay={overlay} /> : <Text mb="sm">{address.none}</Text>}
      {url !== undefined && <NewAddress url={url} />}
      {token && url === undefined && <Text mb="sm">{address.hidden}</Text>}
      {replaced.length > 0 && <Text mb="sm">{address.replaced}</Text>}
      <div className={styles.actions}>
        {!token && (
          <Button onClick={() => void renew(false)} loading={rotate.isPending} data-testid="overlay-make">
            {address.make}
          </Button>
        )}
        {token && (
          <>
            <ConfirmButton
              label={address.rotate}
              question={address.rotateQuestion}
              confirm={address.rotate}
              onConfirm={() => renew(false)}
              isBusy={rotate.isPending}
              testId="overlay-rotate"
            />
            <Button variant="default" onClick={() => void renew(true)} loading={rotate.isPending}>
              {address.rotateGrace}
            </Button>
            <ConfirmButton
              label={address.remove}
              question={address.removeQuestion}
              confirm={address.remove}
              onConfirm={() => remove.mutateAsync({ params }).catch(() => undefined)}
              isBusy={remove.isPending}
              variant="subtle"
            />
          </>
        )}
      </div>
    </Panel>
  );
}

function Facts({ overlay: { token, last_event_at } }: { overlay: ListedOverlay }) {
  const { address } = useTexts().overlays;
  const facts = [
    [address.since, token?.created_at],
    [address.lastOpened, token?.last_opened_at],
    [address.lastEvent, last_event_at],
  ] as const;
  return (
    <dl className={styles.facts}>
      {facts.map(([name, at]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Moment at={at} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function NewAddress({ url }: { url: string }) {
  const { address } = useTexts().overlays;
  return (
    <>
      <Text fw={600}>{address.shownOnce}</Text>
      <div className={styles.actions}>
        <Code className={styles.address} data-testid="overlay-url">
          {url}
        </Code>
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="light" onClick={copy}>
              {copied ? address.copied : address.copy}
            </Button>
          )}
        </CopyButton>
      </div>
      <br />
    </>
  );
}
