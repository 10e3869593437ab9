import { WorkerEntrypoint } from "cloudflare:workers";
import { type Outcome, refuse } from "#contracts/outcome";
import type { Platform } from "#contracts/platform";
import type { OutboundMessage, SenderService, SentMessage } from "#contracts/sender";
import { productVersion } from "#contracts/version";
import { withOnwardHeaders } from "#lib/correlate";
import { makeLog } from "#lib/log";
import { platforms } from "#platforms/registry";
import { tokenFor } from "#workers/sender/tokens";
import { platformConfig } from "#workers/shared/platform-config";

export { TokenVault } from "#durable-objects/token-vault/token-vault";

const log = makeLog({ module: "sender", version: productVersion });

/** The only holder of platform tokens: everything the bot says on a platform leaves here. */
export default class Sender extends WorkerEntrypoint<SenderEnv> implements SenderService {
  async send(message: OutboundMessage): Promise<Outcome<SentMessage>> {
    const platform = platforms.get(message.target.platform);
    if (!platform?.send)
      return refuse("bad_request", { message: `nothing can be said on ${message.target.platform}` });
    const outcome = await this.#attempt(platform, message);
    const { correlationId } = message;
    log({
      level: outcome.ok ? "INFO" : "WARNING",
      category: "SYSTEM",
      action: "message.send",
      result: outcome.ok ? "SUCCESS" : "FAILURE",
      correlationId,
      details: {
        key: message.id,
        platform: platform.name,
        ...(outcome.ok ? {} : { code: outcome.code, reason: outcome.message }),
      },
    });
    return outcome;
  }

  async isResendSafe(platform: string): Promise<boolean> {
    return platforms.get(platform)?.isResendSafe ?? false;
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== "/health") return new Response("not found", { status: 404 });
    return Response.json({
      status: "healthy",
      module: "sender",
      version: productVersion,
      timestamp: new Date().toISOString(),
    });
  }

  /** A token that died in between is renewed once; nothing was said with the dead one. */
  async #attempt(platform: Platform, message: OutboundMessage): Promise<Outcome<SentMessage>> {
    const token = await tokenFor(this.env, message.target);
    if (!token.ok) return token;
    const first = await this.#say(platform, message, token.value);
    if (first.ok || first.code !== "unauthenticated") return first;
    const renewed = await tokenFor(this.env, message.target, token.value);
    return renewed.ok ? this.#say(platform, message, renewed.value) : renewed;
  }

  async #say(platform: Platform, message: OutboundMessage, token: string): Promise<Outcome<SentMessage>> {
    if (!platform.send) return refuse("bad_request");
    const config = platformConfig(this.env);
    return platform.send(message, {
      fetch: withOnwardHeaders(
        (input, init) => fetch(input, init),
        message.correlationId,
        () => crypto.randomUUID(),
      ),
      config,
      token,
      now: Date.now(),
    });
  }
}
