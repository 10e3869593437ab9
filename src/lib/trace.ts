import { sha256Hex } from "#lib/sha256";

/** One piece of work in a trace. Times are epoch milliseconds. */
export interface Span {
  traceId: string;
  spanId: string;
  parentId?: string | undefined;
  service: string;
  name: string;
  kind: "server" | "internal" | "client";
  startMs: number;
  endMs: number;
  attributes: Readonly<Record<string, string | number>>;
  /** What went wrong, if something did. */
  error?: string | undefined;
}

export interface TraceContext {
  traceId: string;
  spanId: string;
}

const traceparent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const uuid = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i;

/** W3C Trace Context, level 1: undefined for whatever is no traceparent, the all-zero ids and version ff among it. */
export function parseTraceparent(header: string | null | undefined): TraceContext | undefined {
  const [, version, traceId = "", spanId = "", rest] = traceparent.exec(header?.trim() ?? "") ?? [];
  if (version === undefined || version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  return /^0+$/.test(traceId) || /^0+$/.test(spanId) ? undefined : { traceId, spanId };
}

/** The trace id in the form of a correlation id, so that the chain's own id carries it wherever the chain goes. */
export function correlationOfTrace(traceId: string): string {
  return traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The trace of a chain: its correlation id's own digits, or their hash where it is no UUID. */
export async function traceIdOf(correlationId: string): Promise<string> {
  return uuid.test(correlationId)
    ? correlationId.replaceAll("-", "").toLowerCase()
    : (await sha256Hex(`trace ${correlationId}`)).slice(0, 32);
}

/**
 * Ids are derived from what the work is about (an event, a call's key), so whoever does the next part knows its parent
 * without being told, also after a crash.
 */
export async function spanIdOf(subject: string): Promise<string> {
  return (await sha256Hex(`span ${subject}`)).slice(0, 16);
}

/** What the request that began a chain is called. */
export const requestSubject = (correlationId: string) => `request ${correlationId}`;
export const eventSubject = (eventId: string) => `event ${eventId}`;

/** `event/module/number/number`, as the channel makes its effects' keys. */
const effectKey = /^(.+)\/[^/]+\/\d+\/[^/]+$/;

/** The span of the event an effect answers; undefined where the key names no event (a notice of the house itself). */
export async function parentOfEffect(key: string): Promise<string | undefined> {
  const eventId = effectKey.exec(key)?.[1];
  return eventId === undefined ? undefined : spanIdOf(eventSubject(eventId));
}

export async function traceparentOf(correlationId: string, subject: string): Promise<string> {
  return `00-${await traceIdOf(correlationId)}-${await spanIdOf(subject)}-01`;
}
