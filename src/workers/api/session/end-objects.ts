import type { Context } from "hono";
import { sessionRecords } from "#durable-objects/hub-session/ask-session";
import type { ApiBindings } from "#workers/api/bindings";

/** For sessions whose rows are gone: they are dead already, and this frees what they remember. */
export async function endObjects(c: Context<ApiBindings>, sessions: readonly string[]): Promise<void> {
  const records = sessionRecords(c.env.HUB_SESSION);
  await Promise.all(sessions.map((id) => records.end(id).catch(() => undefined)));
}
