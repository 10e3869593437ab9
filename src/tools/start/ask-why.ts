import * as z from "zod";

const reply = z.object({ data: z.object({ executions: z.array(z.unknown()) }) });

/**
 * What the bot made of one event, from the API's own record; null when it does not know it.
 * Fails open: without an answer the rehearsal page shows no reason, and the chat goes on.
 */
export async function askWhy(
  apiUrl: URL,
  serviceKey: string,
  { eventId, entityId }: { eventId: string; entityId: string },
): Promise<unknown> {
  const url = new URL("/api/v1/router/executions", apiUrl);
  url.search = new URLSearchParams({ entity_id: entityId, event_id: eventId, limit: "1" }).toString();
  try {
    const headers = { "x-api-key": serviceKey };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(3000) });
    const parsed = reply.safeParse(await response.json());
    return parsed.success ? (parsed.data.data.executions[0] ?? null) : null;
  } catch {
    return null;
  }
}
