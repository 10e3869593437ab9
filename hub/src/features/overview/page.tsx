import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { apiQuery } from "#hub/api/use-api.ts";
import { isEnough } from "#hub/session/session.ts";
import { useCommunity, useSession } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { HealthPanel } from "./health-panel.tsx";
import { HappenedPanel, RefusalsPanel } from "./news-panels.tsx";
import styles from "./page.module.css";

const refreshMs = 15_000;

// What the first look needs comes first.
const LivePanel = lazy(async () => ({ default: (await import("./live-panel.tsx")).LivePanel }));

function KeeperOverview({ id, slug, isAdmin }: { id: number; slug: string; isAdmin: boolean }) {
  const params = { community_id: id };
  const overview = useQuery({
    ...apiQuery("GET /api/v1/communities/{community_id}/overview", { params }),
    refetchInterval: refreshMs,
  });
  // Accounts are an admin's matter; a moderator sees the channels' health.
  const connections = useQuery({
    ...apiQuery("GET /api/v1/communities/{community_id}/connections", { params }),
    enabled: isAdmin,
  });
  return (
    <Loaded query={overview}>
      {(data) => (
        <div className={styles.columns}>
          <HealthPanel slug={slug} overview={data} connections={connections.data?.connections ?? []} />
          <Suspense>
            <LivePanel id={id} slug={slug} />
          </Suspense>
          <HappenedPanel overview={data} />
          <RefusalsPanel overview={data} />
        </div>
      )}
    </Loaded>
  );
}

/** A community's first page: health first, then what happens and happened, then what the bot refused and why. */
export function OverviewPage() {
  const { overview } = useTexts();
  const { id, slug, name, role } = useCommunity();
  const isSuperAdmin = useSession()?.user.isSuperAdmin ?? false;
  if (!isEnough(role, "moderator", isSuperAdmin))
    return <PageHeader title={overview.memberTitle(name)} lead={overview.memberText} />;
  return (
    <>
      <PageHeader title={overview.title} lead={overview.lead} />
      <KeeperOverview id={id} slug={slug} isAdmin={isEnough(role, "admin", isSuperAdmin)} />
    </>
  );
}
