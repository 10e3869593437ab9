import { Button } from "@mantine/core";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { platformName } from "#hub/ui/platform-name.ts";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";
import { type Connection, type Offer, type Role, useDisconnect } from "./queries.ts";

interface Props {
  communityId: number;
  offer: Offer;
  accounts: readonly Connection[];
  isBusy: boolean;
  onConnect: (role: Role) => void;
}

/** One platform: its accounts with their state, what is wrong and the one click that mends it, and the way to connect more. */
export function PlatformPanel({ communityId, offer, accounts, isBusy, onConnect }: Props) {
  const { connections: texts } = useTexts();
  return (
    <Panel title={platformName(offer.platform)} testId={`platform-${offer.platform}`}>
      {accounts.length === 0 && <StatusMark tone="idle">{texts.none}</StatusMark>}
      <ul className={styles.accounts}>
        {accounts.map((account) => (
          <Account
            key={`${account.role} ${account.account_id}`}
            communityId={communityId}
            account={account}
            isBusy={isBusy}
            onConnect={onConnect}
          />
        ))}
      </ul>
      <div className={styles.buttons}>
        {offer.roles.map(({ role }) => (
          <Button
            key={role}
            variant={accounts.some((account) => account.role === role) ? "default" : "filled"}
            loading={isBusy}
            onClick={() => onConnect(role)}
            data-testid={`connect-${offer.platform}-${role}`}
          >
            {role === "bot" ? texts.connectBot : texts.connectOwner}
          </Button>
        ))}
      </div>
      <details className={styles.scopes}>
        <summary>{texts.asksFor}</summary>
        {offer.roles.map(({ role, scopes }) => (
          <div key={role}>
            <strong>{texts.roles[role]}</strong>
            <ul>
              {scopes.map(({ scope, why }) => (
                <li key={scope}>
                  {why} <code>{scope}</code>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </details>
    </Panel>
  );
}

interface AccountProps {
  communityId: number;
  account: Connection;
  isBusy: boolean;
  onConnect: (role: Role) => void;
}

function Account({ communityId, account, isBusy, onConnect }: AccountProps) {
  const { connections: texts } = useTexts();
  const disconnect = useDisconnect();
  const { platform, role, account_id, account_name, status, problem } = account;
  const isWell = status === "active";
  const name = account_name || account_id;
  return (
    <li className={styles.account}>
      <div className={styles.words}>
        <StatusMark tone={isWell ? "good" : "bad"}>{`${name}: ${texts.state[status]}`}</StatusMark>
        <p className={styles.small}>
          {texts.roles[role]} · {texts.token}: <KeyLife account={account} />
        </p>
        {problem !== null && <p className={styles.problem}>{problem}</p>}
      </div>
      {!isWell && (
        <Button
          loading={isBusy}
          onClick={() => onConnect(role)}
          data-testid={`reconnect-${platform}-${role}`}
        >
          {texts.reconnect}
        </Button>
      )}
      <ConfirmButton
        label={texts.disconnect}
        question={texts.disconnectQuestion(name)}
        confirm={texts.disconnect}
        isBusy={disconnect.isPending}
        onConfirm={() =>
          disconnect.mutateAsync({ params: { community_id: communityId, platform, role, account_id } })
        }
      />
    </li>
  );
}

/** One that must be connected again is renewed no more: it lasts as long as it lasts. */
function KeyLife({ account: { status, expires_at } }: { account: Connection }) {
  const { connections: texts } = useTexts();
  const isRenewed = status === "active";
  if (expires_at === null) return isRenewed ? texts.renews : texts.state[status];
  return (
    <>
      {texts.expires} <Moment at={expires_at} />
      {isRenewed && `, ${texts.renews}`}
    </>
  );
}
