import { ChannelObject as RealChannelObject } from "#durable-objects/channel/channel-object";
import { channelStub } from "#durable-objects/stubs";
import { type ChannelFacts, inspectionPath } from "#test/faults/channel-facts";
import { makeEdgeApp } from "#workers/edge/app";
import { makeIngressDeps } from "#workers/edge/deps";

export {
  CoordinatorObject,
  GatewayLink,
  Gateways,
  OverlayObject,
  WebhookTargetObject,
} from "#workers/edge/index";

/** The real channel, with a window into its storage. It has no `fetch` of its own, so nothing is replaced. */
export class ChannelObject extends RealChannelObject {
  override async fetch(request: Request): Promise<Response> {
    if (request.method === "POST") this.ctx.abort("thrown out of memory by a test");
    return Response.json(this.#facts());
  }

  #facts(): ChannelFacts {
    const { sql } = this.ctx.storage;
    const seen = sql.exec<{ id: string; seq: number; at: number }>(
      // An event with a semantic key is remembered under it, with its id behind the hash.
      "SELECT iif(id LIKE '~%', substr(hash, instr(hash, ' ') + 1), id) AS id, seq, at FROM seen",
    );
    const waiting = sql.exec<{ id: string }>(
      `SELECT e.value ->> '$.event.id' AS id FROM inbox, json_each(inbox.events) AS e
       WHERE e.value ->> '$.seq' > inbox.done_seq`,
    );
    const outbox = sql.exec<ChannelFacts["outbox"][number]>(
      "SELECT key, event_id AS eventId, kind, state, note FROM outbox ORDER BY at, rank",
    );
    return {
      seen: seen.toArray(),
      waiting: waiting.toArray().map(({ id }) => id),
      outbox: outbox.toArray(),
    };
  }
}

/** The edge as it is, plus the window; what lies behind the signature check is given. */
export function makeInspectedEdge(makeDeps: Parameters<typeof makeEdgeApp>[0]) {
  const app = makeEdgeApp(makeDeps);
  app.all(inspectionPath, (c) => {
    const entityId = c.req.query("entity") ?? "";
    return channelStub(c.env.CHANNEL, entityId).fetch(c.req.raw);
  });
  return app;
}

export default makeInspectedEdge(makeIngressDeps);
