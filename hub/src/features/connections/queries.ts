import type { DataOf } from "#hub/api/call.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { platformName } from "#hub/ui/platform-name.ts";
import { toast } from "#hub/ui/toast.ts";

const listRoute = "GET /api/v1/communities/{community_id}/connections";
export type Connection = DataOf<typeof listRoute>["connections"][number];
export type Offer = DataOf<"GET /api/v1/connections">["platforms"][number];
export type Role = Connection["role"];

export function useConnections(communityId: number) {
  return useApi(listRoute, { params: { community_id: communityId } });
}

export function useOffers() {
  return useApi("GET /api/v1/connections");
}

export function useChannels(communityId: number) {
  return useApi("GET /api/v1/communities/{community_id}/platforms", {
    params: { community_id: communityId },
    query: { limit: 200 },
  });
}

export function useDisconnect() {
  const { connections } = useTexts();
  return useChange("DELETE /api/v1/communities/{community_id}/connections/{platform}/{role}/{account_id}", {
    refreshes: [listRoute],
    done: connections.disconnected,
  });
}

/** Sends the person to the platform's page; they come back to `returnTo`. */
export function useConnect(communityId: number, returnTo: string) {
  const { connections } = useTexts();
  const change = useChange("POST /api/v1/connections/{platform}/start", {
    onDone: ({ authorize_url }) => location.assign(authorize_url),
  });
  const connect = (platform: string, role: Role) => {
    change.mutate(
      { params: { platform }, body: { community_id: communityId, role, return_to: returnTo } },
      { onSuccess: () => toast({ tone: "plain", text: connections.leaving(platformName(platform)) }) },
    );
  };
  return { connect, isConnecting: change.isPending };
}
