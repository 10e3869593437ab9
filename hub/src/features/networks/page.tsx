import { Button } from "@mantine/core";
import { useState } from "react";
import { useApi } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { NetworkEditor } from "./network-editor.tsx";
import { NetworkPanel } from "./network-panel.tsx";
import styles from "./page.module.css";
import { type Network, networksRoute } from "./queries.ts";

/** The IRC networks of a community: where they are, whether the bot is there, and what it needs to get in. */
export function NetworksPage() {
  const { networks: texts } = useTexts();
  const { id, slug } = useCommunity();
  const [edited, setEdited] = useState<Network | "new">();
  const found = useApi(networksRoute, { params: { community_id: id } });
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead}>
        <LinkButton variant="default" to="/c/$slug/connections" params={{ slug }}>
          {texts.back}
        </LinkButton>
        <Button leftSection={<Icon name="plus" />} onClick={() => setEdited("new")} data-testid="network-new">
          {texts.create}
        </Button>
      </PageHeader>
      <Loaded query={found}>
        {({ networks }) =>
          networks.length === 0 ? (
            <EmptyState title={texts.emptyTitle} text={texts.emptyText} />
          ) : (
            <div className={styles.networks}>
              {networks.map((network) => (
                <NetworkPanel
                  key={network.host}
                  communityId={id}
                  network={network}
                  onEdit={() => setEdited(network)}
                />
              ))}
            </div>
          )
        }
      </Loaded>
      {edited !== undefined && (
        <NetworkEditor
          communityId={id}
          network={edited === "new" ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}
