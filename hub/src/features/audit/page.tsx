import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { apiQuery } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { ChainMark } from "./chain-mark.tsx";
import { type AuditWish, useAudit } from "./entries.ts";
import { AuditFilters, EntryList } from "./entry-list.tsx";

function Log({ communityId, wish }: { communityId: number | null; wish: AuditWish }) {
  const log = useAudit(communityId, wish);
  return (
    <Loaded query={log}>
      {({ pages }) => (
        <EntryList
          entries={pages.flatMap(({ entries }) => entries)}
          hasMore={log.hasNextPage}
          isLoading={log.isFetchingNextPage}
          onMore={log.fetchNextPage}
        />
      )}
    </Loaded>
  );
}

/** Who changed what in a community. */
export function AuditPage() {
  const { audit } = useTexts();
  const { id } = useCommunity();
  const [wish, setWish] = useState<AuditWish>({});
  const chain = useQuery({
    ...apiQuery("GET /api/v1/communities/{community_id}/audit/chain", { params: { community_id: id } }),
    enabled: false,
  });
  return (
    <>
      <PageHeader title={audit.title} lead={audit.lead}>
        <ChainMark chain={chain} />
      </PageHeader>
      <AuditFilters wish={wish} onChange={setWish} />
      <Log communityId={id} wish={wish} />
    </>
  );
}

/** Who changed what anywhere. */
export function HouseAuditPage() {
  const { audit } = useTexts();
  const [wish, setWish] = useState<AuditWish>({});
  const chain = useQuery({ ...apiQuery("GET /api/v1/superadmin/audit/chain"), enabled: false });
  return (
    <>
      <PageHeader title={audit.title} lead={audit.leadHouse}>
        <ChainMark chain={chain} />
      </PageHeader>
      <AuditFilters wish={wish} onChange={setWish} />
      <Log communityId={null} wish={wish} />
    </>
  );
}
