import { WorkerEntrypoint } from "cloudflare:workers";
import type { CommandManifest } from "#contracts/command-manifest";
import type { Egress } from "#contracts/egress";
import type { ChatPosition, PageTaker, QuotaState, ReadingPlace } from "#contracts/live-chat";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { NamePlace } from "#contracts/people-names";
import type { CommandSync, Platform } from "#contracts/platform";
import type { ActionRequest, ActionResult } from "#contracts/platform-action";
import type { SubscriptionReport, SubscriptionRequest } from "#contracts/platform-subscription";
import type { OutboundMessage, SenderService, SentMessage } from "#contracts/sender";
import { productVersion } from "#contracts/version";
import { makeMailOutbox } from "#durable-objects/mail-outbox/mail-outbox";
import { isolateMeter } from "#durable-objects/metrics/meter-post";
import { metricsOf } from "#durable-objects/metrics/metrics-of";
import { makeNameBook } from "#durable-objects/name-book/name-book";
import { makeTokenVault } from "#durable-objects/token-vault/token-vault";
import { makeLog } from "#lib/log";
import { platforms } from "#platforms/registry";
import { act } from "#workers/sender/act";
import { callContext } from "#workers/sender/call-context";
import { gateOf } from "#workers/sender/gate";
import { keepSubscriptions } from "#workers/sender/keep-subscriptions";
import {
  findBroadcast,
  followChannel,
  payForMessage,
  quotaState,
  readLiveChat,
  streamLiveChat,
} from "#workers/sender/live-chat";
import { mailDeps } from "#workers/sender/mail/mail-deps";
import { noteRevoked } from "#workers/sender/note-revoked";
import { askName, namesOf } from "#workers/sender/people-names";
import { withSecondEgress } from "#workers/sender/second-egress";
import { fixedToken, type Speaker, type SpeakerContext, tokenFor } from "#workers/sender/tokens";
import { traceSend } from "#workers/sender/trace-send";
import { vaultDeps } from "#workers/sender/vault-deps";
import { platformConfig } from "#workers/shared/platform-config";

export { MetricsObject } from "#durable-objects/metrics/metrics-object";
export { OutboundGate } from "#durable-objects/outbound-gate/outbound-gate";
export { QuotaLedger } from "#durable-objects/quota-ledger/quota-ledger";
export { Connections } from "#workers/sender/connections";
export { Mail } from "#workers/sender/mail/mail";
export { ReadingKeys } from "#workers/sender/reading-keys";
export { SignIn } from "#workers/sender/sign-in";

/** Refreshes with each platform's own authorization server; an object itself knows no platform. */
export class TokenVault extends makeTokenVault<SenderEnv>(vaultDeps) {}

/** Asks each platform for its people; the object itself knows no platform. */
export class NameBook extends makeNameBook<SenderEnv>({ now: () => Date.now(), ask: askName }) {}

/** Mails on their way; an object itself knows no mail server. */
export class MailOutbox extends makeMailOutbox<SenderEnv>(mailDeps) {}

/** How long figures may wait for the next message. */
const figuresAfterMs = 10_000;

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
    const startedAt = Date.now();
    const outcome = await this.#attempt(platform, message, egress);
    this.#count(platform.name, outcome, Date.now() - startedAt);
    this.ctx.waitUntil(traceSend(this.env, message, outcome, startedAt));
    note("message.send", outcome, message.correlationId, { key: message.id, platform: platform.name });
    return outcome;
  }

  async act(request: ActionRequest): Promise<Outcome<ActionResult>> {
    const outcome = await act(this.#context(), request);
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

  async findBroadcast(place: ReadingPlace, channelId: string, videoId: string) {
    return findBroadcast(this.env, place, channelId, videoId);
  }

  async readLiveChat(place: ReadingPlace, position: ChatPosition) {
    return readLiveChat(this.env, place, position);
  }

  async streamLiveChat(
    place: ReadingPlace,
    connection: { position: ChatPosition; forMs: number },
    onPage: PageTaker,
  ) {
    return streamLiveChat(this.env, place, connection, onPage);
  }

  async followChannel(platform: string, channelId: string, callbackUrl: string): Promise<Outcome<null>> {
    return followChannel(this.env, platform, channelId, callbackUrl);
  }

  async namesOf(place: NamePlace, ids: readonly string[]): Promise<Record<string, string>> {
    return namesOf(this.env, place, ids);
  }

  async quotaState(platform: string): Promise<Outcome<QuotaState>> {
    return quotaState(this.env, platform);
  }

  async keepSubscriptions(request: SubscriptionRequest): Promise<Outcome<SubscriptionReport>> {
    return keepSubscriptions(this.#context(), request);
  }

  async noteRevoked(platform: string, account: string): Promise<Outcome<number>> {
    const ended = await noteRevoked(this.env, { platform, account });
    const outcome = succeed(ended);
    note("connection.revoked", outcome, crypto.randomUUID(), { platform, account, ended });
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

  #count(platform: string, outcome: Outcome<unknown>, tookMs: number): void {
    const status = outcome.ok ? "sent" : outcome.code;
    isolateMeter.count("waddlebot_messages_sent_total", { platform, status });
    isolateMeter.observe("waddlebot_send_duration_seconds", { platform }, tookMs);
    this.ctx.waitUntil(isolateMeter.send(() => metricsOf(this.env.METRICS), Date.now(), figuresAfterMs));
  }

  #context(): SpeakerContext {
    return { env: this.env, background: (work) => this.ctx.waitUntil(work) };
  }

  /** A token that died in between is renewed once; nothing was said with the dead one. */
  async #attempt(
    platform: Platform,
    message: OutboundMessage,
    egress: Egress | undefined,
  ): Promise<Outcome<SentMessage>> {
    const speaker = await tokenFor(this.#context(), message);
    if (!speaker.ok) return speaker;
    const first = await this.#say(platform, message, { ...speaker.value, egress });
    if (first.ok || first.code !== "unauthenticated") return first;
    const renewed = await tokenFor(this.#context(), message, speaker.value.token);
    return renewed.ok ? this.#say(platform, message, { ...renewed.value, egress }) : renewed;
  }

  async #say(
    platform: Platform,
    message: OutboundMessage,
    { token, account, identity, egress }: Speaker & { egress: Egress | undefined },
  ): Promise<Outcome<SentMessage>> {
    if (!platform.send) return refuse("bad_request");
    const paid = await payForMessage(this.env, platform.name);
    if (!paid.ok) return paid;
    const context = callContext(this.env, message.correlationId);
    return platform.send(message, {
      ...context,
      fetch: withSecondEgress(context.fetch, egress, () => Date.now()),
      token,
      ...(account === "" ? {} : { account }),
      gate: gateOf(this.env, platform.name, identity),
      namesOf: (place, ids) => namesOf(this.env, place, ids),
    });
  }
}
