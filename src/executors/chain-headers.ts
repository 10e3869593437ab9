import type { Invocation } from "#contracts/module";
import { onwardHeaders } from "#lib/correlate";
import { traceparentOf } from "#lib/trace";

/** What an id may look like as a header; another one is a platform's own and stays with us. */
const asHeader = /^[\w.:/~-]{1,64}$/;

/**
 * The chain goes on where we do not run: W3C's `traceparent`, whose parent is the channel's span of this call, and the ids our
 * logs carry (60-infrastructure §1.58, §1.59). Every attempt of one call is a request of its own in the same trace.
 */
export async function chainHeaders({ id, event }: Invocation): Promise<Record<string, string>> {
  const { correlationId } = event;
  const traceparent = await traceparentOf(correlationId, id);
  if (!asHeader.test(correlationId)) return { traceparent };
  return { traceparent, ...onwardHeaders(correlationId, () => crypto.randomUUID()) };
}
