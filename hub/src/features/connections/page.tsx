import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { ChannelsPanel } from "./channels-panel.tsx";
import styles from "./page.module.css";
import { PlatformPanel } from "./platform-panel.tsx";
import { useConnect, useConnections, useOffers } from "./queries.ts";
import { TwitchPanel } from "./twitch-panel.tsx";
import { YoutubePanel } from "./youtube-panel.tsx";

/** Where the bot listens and speaks: accounts, channels, subscriptions and quotas, each with its state and its fix. */
export function ConnectionsPage() {
  const all = useTexts();
  const texts = all.connections;
  const { id, slug } = useCommunity();
  const offers = useOffers();
  const connections = useConnections(id);
  const { connect, isConnecting } = useConnect(id, `/c/${slug}/connections`);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead}>
        <LinkButton variant="default" to="/c/$slug/connections/irc" params={{ slug }}>
          {all.networks.title}
        </LinkButton>
      </PageHeader>
      <div className={styles.columns}>
        <Loaded query={offers}>
          {({ platforms }) =>
            platforms.length === 0 ? (
              <EmptyState title={texts.noneTitle} text={texts.noneText} />
            ) : (
              <Loaded query={connections}>
                {(data) =>
                  platforms.map((offer) => (
                    <PlatformPanel
                      key={offer.platform}
                      communityId={id}
                      offer={offer}
                      accounts={data.connections.filter(({ platform }) => platform === offer.platform)}
                      isBusy={isConnecting}
                      onConnect={(role) => connect(offer.platform, role)}
                    />
                  ))
                }
              </Loaded>
            )
          }
        </Loaded>
        <ChannelsPanel communityId={id} />
        <TwitchPanel communityId={id} />
        <YoutubePanel communityId={id} />
      </div>
    </>
  );
}
