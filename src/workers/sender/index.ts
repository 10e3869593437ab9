import { WorkerEntrypoint } from "cloudflare:workers";
import type { CommandManifest } from "#contracts/command-manifest";
import type { Egress } from "#contracts/egress";
import { type Outcome, refuse } from "#contracts/outcome";
import type { CommandSync, Platform } from "#contracts/platform";
import type { ActionRequest, ActionResult } from "#contracts/platform-action";
import type { OutboundMessage, SenderService, SentMessage } from "#contracts/sender";
import { productVersion } from "#contracts/version";
import { makeLog } from "#lib/log";
import { platforms } from "#platforms/registry";
import { act } from "#workers/sender/act";
import { callContext } from "#workers/sender/call-context";
import { gateOf } from "#workers/sender/gate";
import { withSecondEgress } from "#workers/sender/second-egress";
import { fixedToken, tokenFor } from "#workers/sender/tokens";
import { platformConfig } from "#workers/shared/platform-config";

export { OutboundGate } from "#durable-objects/outbound-gate/outbound-gate";
export { TokenVault } from "#durable-objects/token-vault/token-vault";

const log = makeLog({ module: "sender", version: productVersion });

function note(
  action: string,
  outcome: Outcome<unknown>,
  correlationId: string,
  facts: Record<string, unknown>,
): void {
  log({
    level: outcome.ok ? "INFO" : "WARNING",
    category: "SYSTEM",
    action,
    result: outcome.ok ? "SUCCESS" : "FAILURE",
    correlationId,
    details: outcome.ok ? facts : { ...facts, code: outcome.code, reason: outcome.message },
  });
}

/** The only holder of platform tokens: everything the bot says on a platform leaves here. */
export default class Sender extends WorkerEntrypoint<SenderEnv> implements SenderService {
  async send(message: OutboundMessage, egress?: Egress): Promise<Outcome<SentMessage>> {
    const platform = platforms.get(message.target.platform);
    if (!platform?.send)
      return refuse("bad_request", { message: `nothing can be said on ${message.target.platform}` });
    const outcome = await this.#attempt(platform, message, egress);
    note("message.send", outcome, message.correlationId, { key: message.id, platform: platform.name });
    return outcome;
  }

  async act(request: ActionRequest): Promise<Outcome<ActionResult>> {
    const outcome = await act(this.env, request);
    const { id, entityId, action, communityId, correlationId } = request;
    note("platform.act", outcome, correlationId, { key: id, entityId, action, communityId });
    return outcome;
  }

  async syncCommands(name: string, commands: readonly CommandManifest[]): Promise<Outcome<CommandSync>> {
    const platform = platforms.get(name);
    if (!platform?.syncCommands)
      return refuse("not_found", { message: `${name} has no commands of its own` });
    const token = fixedToken(platformConfig(this.env), name) ?? "";
    const context = callContext(this.env, crypto.randomUUID());
    return platform.syncCommands(commands, { ...context, token, gate: gateOf(this.env, name, "bot") });
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
  async #attempt(
    platform: Platform,
    message: OutboundMessage,
    egress?: Egress,
  ): Promise<Outcome<SentMessage>> {
    const token = await tokenFor(this.env, message.target);
    if (!token.ok) return token;
    const first = await this.#say(platform, message, token.value, egress);
    if (first.ok || first.code !== "unauthenticated") return first;
    const renewed = await tokenFor(this.env, message.target, token.value);
    return renewed.ok ? this.#say(platform, message, renewed.value, egress) : renewed;
  }

  async #say(
    platform: Platform,
    message: OutboundMessage,
    token: string,
    egress?: Egress,
  ): Promise<Outcome<SentMessage>> {
    if (!platform.send) return refuse("bad_request");
    const context = callContext(this.env, message.correlationId);
    return platform.send(message, {
      ...context,
      fetch: withSecondEgress(context.fetch, egress, Date.now),
      token,
      gate: gateOf(this.env, platform.name, "bot"),
    });
  }
}
