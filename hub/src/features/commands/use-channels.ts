import type { DataOf } from "#hub/api/call.ts";
import { useApi } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";

export type Channel = DataOf<"GET /api/v1/router/entities">["entities"][number];

/** The channels of the community of the page; none until they came. */
export function useChannels(): readonly Channel[] {
  const { id } = useCommunity();
  const { data } = useApi("GET /api/v1/router/entities", { query: { community_id: id, limit: 500 } });
  return data?.entities ?? [];
}

/** As people call it: the platform and its name there. */
export function nameOfChannel({ platform, name, channel_id, server_id }: Channel): string {
  const words = platform.charAt(0).toUpperCase() + platform.slice(1);
  return `${words} · ${name ?? channel_id ?? server_id}`;
}

export function channelOptions(channels: readonly Channel[]): { value: string; label: string }[] {
  return channels.map((one) => ({ value: one.entity_id, label: nameOfChannel(one) }));
}
