import { DurableObject } from "cloudflare:workers";
import { SessionRecord } from "#durable-objects/hub-session/session-record";

/**
 * One login session. The record inside is itty-durable's; it is given no environment, because itty-durable takes every
 * binding with RPC for a Durable Object. This shell cleans up after sessions that nobody ended.
 */
export class HubSession extends DurableObject {
  readonly #record = new SessionRecord(this.ctx, {});

  override async fetch(request: Request): Promise<Response> {
    return this.#record.fetch(request);
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
