import * as z from "zod";

/** What a channel's storage holds, as the edge of the fault tests shows it. */
export const channelFacts = z.object({
  /** Every id ever accepted. */
  seen: z.array(z.object({ id: z.string(), seq: z.int(), at: z.int() })),
  /** Events that are stored and not handled yet. */
  waiting: z.array(z.string()),
  outbox: z.array(
    z.object({
      key: z.string(),
      eventId: z.string(),
      kind: z.string(),
      state: z.enum(["new", "sending", "sent", "unknown", "failed"]),
      note: z.string().nullable(),
    }),
  ),
});
export type ChannelFacts = z.infer<typeof channelFacts>;

/** Where the edge of the fault tests shows a channel (GET) or throws its object out of memory (POST). */
export const inspectionPath = "/faults/channel";

/** Looking creates the object if there is none, so a test that counts objects looks at the files first. */
export async function inspectChannel(edgeUrl: URL, entityId: string): Promise<ChannelFacts> {
  const response = await fetch(inspectionUrl(edgeUrl, entityId));
  return channelFacts.parse(await response.json());
}

/** Memory is lost, storage stays: what the platform does to an object that was quiet for a while. */
export async function evictChannel(edgeUrl: URL, entityId: string): Promise<void> {
  await fetch(inspectionUrl(edgeUrl, entityId), { method: "POST" });
}

function inspectionUrl(edgeUrl: URL, entityId: string): URL {
  const url = new URL(inspectionPath, edgeUrl);
  url.search = new URLSearchParams({ entity: entityId }).toString();
  return url;
}
