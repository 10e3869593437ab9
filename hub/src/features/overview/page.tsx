import { useApi } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";

/** A community's first page. */
export function OverviewPage() {
  const { overview } = useTexts();
  const community = useCommunity();
  const connections = useApi("GET /api/v1/communities/{community_id}/connections", {
    params: { community_id: community.id },
  });
  return (
    <>
      <PageHeader title={overview.title} lead={overview.lead} />
      <Panel>
        <Loaded query={connections}>
          {(data) =>
            data.connections.map((one) => (
              <StatusMark
                key={`${one.platform} ${one.role} ${one.account_id}`}
                tone={one.status === "active" ? "good" : "bad"}
              >
                {`${one.platform} ${one.account_name}`}
              </StatusMark>
            ))
          }
        </Loaded>
      </Panel>
    </>
  );
}
