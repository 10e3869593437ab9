import { Button } from "@mantine/core";
import { useChange } from "#hub/api/use-api.ts";
import type { Texts } from "#hub/texts/en.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark, type Tone } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";
import { type Network, type NetworkTest, networksRoute } from "./queries.ts";

interface Props {
  communityId: number;
  network: Network;
  onEdit: () => void;
}

const tones: Record<NetworkTest["state"], Tone> = {
  connected: "good",
  joining: "busy",
  connecting: "busy",
  unused: "idle",
  off: "idle",
  no_gateway: "bad",
};

/** One network: how the bot goes there, whether it is there, and what can be done about it. */
export function NetworkPanel({ communityId, network, onEdit }: Props) {
  const { networks: texts } = useTexts();
  const { host, channels } = network;
  const params = { community_id: communityId, host };
  const test = useChange("POST /api/v1/communities/{community_id}/irc-networks/{host}/test");
  const remove = useChange("DELETE /api/v1/communities/{community_id}/irc-networks/{host}", {
    refreshes: [networksRoute],
    done: texts.removed(host),
  });
  return (
    <Panel title={host} testId={`network-${host}`}>
      <p className={styles.facts}>{factsOf(network, texts).join(" · ")}</p>
      <p className={styles.facts}>
        {channels.length === 0 ? texts.noChannels : texts.channels(channels.join(", "))}
      </p>
      <div role="status" className={styles.state}>
        {test.data && <TestResult test={test.data.test} />}
      </div>
      <div className={styles.buttons}>
        <Button
          loading={test.isPending}
          onClick={() => test.mutate({ params })}
          data-testid={`network-test-${host}`}
        >
          {texts.test}
        </Button>
        <Button variant="default" onClick={onEdit} data-testid={`network-edit-${host}`}>
          {texts.edit}
        </Button>
        <ConfirmButton
          label={texts.remove}
          question={texts.removeQuestion(host)}
          confirm={texts.remove}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutateAsync({ params }).catch(() => undefined)}
          testId={`network-remove-${host}`}
        />
      </div>
    </Panel>
  );
}

function TestResult({ test }: { test: NetworkTest }) {
  const { networks: texts } = useTexts();
  const { state, joined, assigned, failed_attempts, reason, at } = test;
  return (
    <>
      <StatusMark tone={state === "connecting" && failed_attempts > 0 ? "bad" : tones[state]}>
        {texts.states[state]}
      </StatusMark>
      <span className={styles.facts}>
        {[
          ...(assigned > 0 ? [texts.joined(String(joined), String(assigned))] : []),
          ...(failed_attempts > 0 ? [texts.attempts(String(failed_attempts))] : []),
          ...(reason === null ? [] : [reason]),
        ].join(" · ")}
        {at !== null && (
          <>
            {" "}
            ({texts.triedAt} <Moment at={at} />)
          </>
        )}
      </span>
    </>
  );
}

function factsOf(network: Network, texts: Texts["networks"]): string[] {
  const { port, tls, nick, flavour, poll_seconds, sasl_account, has_password, enabled } = network;
  return [
    ...(enabled ? [] : [texts.off]),
    `${texts.flavours[flavour]}, ${texts.port} ${port}`,
    tls ? texts.encrypted : texts.plain,
    texts.asNick(nick),
    poll_seconds === null ? texts.always : texts.visited(String(poll_seconds)),
    ...(sasl_account === null ? [] : [texts.withAccount(sasl_account)]),
    ...(has_password ? [texts.withPassword] : []),
  ];
}
