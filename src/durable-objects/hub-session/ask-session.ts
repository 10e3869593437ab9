import { proxyDurable } from "itty-durable/proxy-durable.js";
import * as z from "zod";
import { type SessionState, sessionState } from "#durable-objects/hub-session/session-state";

const answer = z.object({ session: sessionState.nullable() });

/** What is done to a session, by its id (the SHA-256 of what the browser holds). */
export interface SessionRecords {
  begin(id: string, state: SessionState): Promise<void>;
  look(id: string, now: number): Promise<SessionState | null>;
  end(id: string): Promise<void>;
}

/** Through itty-durable's own proxy; what comes back is parsed like any other answer. */
export function sessionRecords(namespace: DurableObjectNamespace): SessionRecords {
  // A bare digest would be taken for the id of an object.
  const recordOf = (id: string) => proxyDurable(namespace, { parse: true }).get(`session-${id}`);
  return {
    async begin(id, state) {
      answer.parse(await recordOf(id).begin(state));
    },
    look: async (id, now) => answer.parse(await recordOf(id).look(now)).session,
    async end(id) {
      answer.parse(await recordOf(id).end());
    },
  };
}
