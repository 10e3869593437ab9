import * as z from "zod";
import { readJson } from "#lib/read-json";

const hello = z.object({ type: z.literal("hello") });
const disconnect = z.object({ type: z.literal("disconnect"), reason: z.string().default("") });
const delivered = z.object({
  type: z.enum(["events_api", "slash_commands", "interactive"]),
  envelope_id: z.string().min(1).max(255),
  payload: z.looseObject({}),
});
/** What we do not know is acknowledged too: Slack would only send it again. */
const unknown = z.object({ type: z.string(), envelope_id: z.string().min(1).max(255) });

export type SocketMessage =
  | { kind: "hello" }
  | { kind: "disconnect"; reason: string }
  /** `raw` is what the edge's parser reads; null for a kind it has no use for. */
  | { kind: "envelope"; id: string; raw: string | null };

/** One message of Slack's socket; undefined for what is none. */
export function readEnvelope(text: string): SocketMessage | undefined {
  const body = readJson(text);
  if (hello.safeParse(body).success) return { kind: "hello" };
  const leaving = disconnect.safeParse(body).data;
  if (leaving) return { kind: "disconnect", reason: leaving.reason };
  const known = delivered.safeParse(body).data;
  if (known) {
    const { type, envelope_id: id, payload } = known;
    return { kind: "envelope", id, raw: JSON.stringify({ type, payload: slim(payload) }) };
  }
  const strange = unknown.safeParse(body).data;
  return strange && { kind: "envelope", id: strange.envelope_id, raw: null };
}

const told = z.object({ ts: z.string(), user: z.string().optional(), text: z.string().optional() });
const bulky = new Set(["blocks", "attachments", "files"]);

/**
 * Without what no parser reads: how a message looks may be many times as long as what it says, and a frame has its
 * limit. Only in the places Slack has for it; the names in a form are people's own.
 */
function slim(payload: Record<string, unknown>): object {
  const message = told.safeParse(payload["message"]).data;
  return {
    ...payload,
    ...without(payload, "event"),
    ...without(payload, "view"),
    ...(message && { message }),
  };
}

function without(payload: Record<string, unknown>, name: string): object {
  const part = z.looseObject({}).safeParse(payload[name]).data;
  if (!part) return {};
  return { [name]: Object.fromEntries(Object.entries(part).filter(([key]) => !bulky.has(key))) };
}
