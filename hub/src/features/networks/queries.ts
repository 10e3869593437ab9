import type { DataOf } from "#hub/api/call.ts";

export const networksRoute = "GET /api/v1/communities/{community_id}/irc-networks";
export type Network = DataOf<typeof networksRoute>["networks"][number];
export type NetworkTest = DataOf<"POST /api/v1/communities/{community_id}/irc-networks/{host}/test">["test"];
