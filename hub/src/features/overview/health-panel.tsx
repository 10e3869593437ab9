import { useTexts } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { platformName } from "#hub/ui/platform-name.ts";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import {
  type Connection,
  countTroubles,
  type Overview,
  type OverviewChannel,
  toneOfChannel,
  toneOfSubscriptions,
} from "./health.ts";
import styles from "./page.module.css";

function ChannelLine({ channel }: { channel: OverviewChannel }) {
  const { overview: texts } = useTexts();
  const { entity_id, platform, last_event_at, queue } = channel;
  return (
    <li>
      <StatusMark tone={toneOfChannel(channel)}>
        {`${platformName(platform)} ${entity_id.slice(platform.length + 1)}`}
      </StatusMark>
      <span className={styles.small}>
        {last_event_at === null ? (
          texts.noEvent
        ) : (
          <>
            {texts.lastEvent} <Moment at={last_event_at} />
          </>
        )}
        {" · "}
        {queue === null ? texts.queueUnknown : `${texts.waiting(queue.waiting)}, ${texts.dead(queue.dead)}`}
      </span>
    </li>
  );
}

function AccountLine({ account }: { account: Connection }) {
  const { overview: texts } = useTexts();
  const { platform, account_name, account_id, status, expires_at } = account;
  const isWell = status === "active";
  return (
    <li>
      <StatusMark tone={isWell ? "good" : "bad"}>
        {texts.account(account_name || account_id, platformName(platform))}
      </StatusMark>
      <span className={styles.small}>
        {isWell ? texts.accountWell : texts.accountBroken}
        {expires_at !== null && (
          <>
            {" · "}
            {texts.keyUntil} <Moment at={expires_at} />
          </>
        )}
      </span>
    </li>
  );
}

interface Props {
  slug: string;
  overview: Overview;
  connections: readonly Connection[];
}

/** Health first: every way the bot listens and speaks, with a mark that is green only when something came through it. */
export function HealthPanel({ slug, overview, connections }: Props) {
  const { overview: texts } = useTexts();
  const troubles = countTroubles(overview, connections);
  const { enabled, waiting, needs_owner } = overview.subscriptions;
  return (
    <Panel
      title={texts.health}
      lead={troubles === 0 ? texts.allWell : texts.someTrouble(troubles)}
      testId="health"
      aside={
        <LinkButton variant="default" size="compact-sm" to="/c/$slug/connections" params={{ slug }}>
          {texts.toConnections}
        </LinkButton>
      }
    >
      {overview.channels.length === 0 && connections.length === 0 ? (
        <EmptyState title={texts.noConnection} text={texts.noConnectionText} />
      ) : (
        <ul className={styles.lines}>
          {connections.map((account) => (
            <AccountLine
              key={`${account.platform} ${account.role} ${account.account_id}`}
              account={account}
            />
          ))}
          {overview.channels.map((channel) => (
            <ChannelLine key={channel.entity_id} channel={channel} />
          ))}
          {enabled + waiting + needs_owner > 0 && (
            <li>
              <StatusMark tone={toneOfSubscriptions(overview.subscriptions)}>
                {texts.subscriptions(enabled, waiting, needs_owner)}
              </StatusMark>
            </li>
          )}
          <li>
            <StatusMark tone={overview.throttled > 0 ? "warn" : "good"}>
              {texts.throttled(overview.throttled)}
            </StatusMark>
          </li>
        </ul>
      )}
    </Panel>
  );
}
