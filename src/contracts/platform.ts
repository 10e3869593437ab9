import type { CommandManifest } from "#contracts/command-manifest";
import type { ChatUser, PlatformEvent } from "#contracts/event";
import type { GatewayFrame } from "#contracts/gateway";
import type { LiveChatSource } from "#contracts/live-chat";
import type { OAuthProvider } from "#contracts/oauth";
import type { OutboundGate } from "#contracts/outbound-gate";
import type { Outcome, Refusal } from "#contracts/outcome";
import type { NameAnswer, NamePlace } from "#contracts/people-names";
import type { PlatformAction } from "#contracts/platform-action";
import type { SubscriptionKeeper } from "#contracts/platform-subscription";
import type { ChatResponse, FormResponse } from "#contracts/response";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import type { SignInProvider } from "#contracts/sign-in";

/** A request as it came: the body is raw bytes, because the signature covers raw bytes. */
export interface WebhookRequest {
  /** The rest of the path after `/webhooks/<platform>/` or `/interactions/<platform>`. */
  path: string;
  headers: Headers;
  body: Uint8Array;
  receivedAt: number;
  correlationId: string;
}

/** Secrets and settings by the platform's own variable names; absent means not configured. */
export type PlatformConfig = Readonly<Record<string, string | undefined>>;

/** What is answered to the platform. */
export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

export type Verdict = { ok: true } | { ok: false; status: 400 | 401 | 403 | 503; reason: string };

/** What a verified request turned out to be. Total: a payload we do not know is a kind, not an exception. */
export type Receipt =
  /** Answered at once and touching no channel: PING, url_verification, ssl_check. */
  | { kind: "answer"; answer: Answer }
  /** A subscription challenge: answered only if we asked for that subscription. */
  | {
      kind: "challenge";
      subscriptionId: string;
      topic: string;
      target: string;
      answer: Answer;
      /** What is answered when we did not ask; 403 where a platform wants nothing else. */
      refused?: Answer;
      /** How long the subscription lasts, where it ends by itself. */
      leaseSeconds?: number;
    }
  /** A channel may have gone live: looked at later, by whoever holds the keys. */
  | { kind: "broadcast"; channelId: string; videoId: string; answer: Answer }
  /** Stored, then answered. */
  | { kind: "events"; events: PlatformEvent[]; answer: Answer }
  /** Someone waits for the reply inside the platform's deadline; rendered by `Platform.reply`. */
  | { kind: "interactive"; event: PlatformEvent }
  /**
   * Somebody types a command and wants to see what fits; nothing is stored. `typed` is the line so far, with prefix;
   * `leaveOut` is its beginning that stands elsewhere already.
   */
  | { kind: "suggest"; entityId: string; user: ChatUser; typed: string; leaveOut: string }
  /**
   * A subscription ended; on a platform without `subscriptions` it is the permission of the account `target`, and whether
   * that is so is asked before anything is marked.
   */
  | { kind: "revoked"; subscriptionId: string; topic: string; target: string; status: string; answer: Answer }
  /** Valid but strange or stale or not for us: counted, answered, without effect. `reason` is a short constant. */
  | { kind: "ignored"; reason: string; answer: Answer };

/** What came of an interactive event when its time was up. */
export type InteractiveResult =
  /** `form` is asked for beside or instead of words, where the platform can show one at once. */
  | { kind: "replies"; replies: ChatResponse[]; form?: FormResponse }
  | { kind: "refused"; refusal: Refusal }
  /** Not done yet: the real reply follows through the event's `replyTo`. */
  | { kind: "deferred" };

/** One line that fits what somebody types. */
export interface CommandSuggestion {
  /** The whole command line, with prefix. */
  line: string;
  description: string;
}

/** What bringing a platform's command list up to date changed, by name. */
export interface CommandSync {
  added: string[];
  changed: string[];
  removed: string[];
}

/** What sending needs from outside. `token` is fetched by the sender's token vault. */
export interface SendContext {
  fetch: typeof fetch;
  config: PlatformConfig;
  token: string;
  /** The platform's id of the account the token belongs to; absent for an application's or a fixed token. */
  account?: string;
  now: number;
  gate: OutboundGate;
  /** The house's own book of names; absent where there is none to ask. */
  namesOf?: (place: NamePlace, ids: readonly string[]) => Promise<Record<string, string>>;
}

/** One platform, whole. A folder under src/platforms exports one of these as `platform`. */
export interface Platform {
  name: string;
  /** Which variables `verify` needs; one missing means every request is refused with 503. */
  secrets: readonly string[];
  /** Over raw bytes, constant time, age included. Absent on platforms that only have sockets. */
  verify?(request: WebhookRequest, config: PlatformConfig): Promise<Verdict>;
  parse?(request: WebhookRequest, config: PlatformConfig): Receipt;
  /** A GET of a hub that asks whether we subscribed (WebSub). Unsigned, so the address we gave it proves itself. */
  parseQuestion?(query: URLSearchParams, config: PlatformConfig): Promise<Receipt>;
  /** A socket frame of this platform; empty when it is nothing we act on. */
  parseFrame?(frame: GatewayFrame, config: PlatformConfig): PlatformEvent[];
  /** How its chat is read where it has to be asked for. */
  liveChat?: LiveChatSource;
  /** Renders the answer to an interactive request; `event` says what is being answered. */
  reply?(result: InteractiveResult, event: PlatformEvent): Answer;
  /** Renders what fits what somebody types. */
  suggest?(suggestions: readonly CommandSuggestion[], leaveOut: string): Answer;
  /** Makes the platform's own list of native commands equal to ours; writes only where they differ. */
  syncCommands?(commands: readonly CommandManifest[], context: SendContext): Promise<Outcome<CommandSync>>;
  /** Our words to their API; absent where the gateway speaks for the platform. */
  send?(message: OutboundMessage, context: SendContext): Promise<Outcome<SentMessage>>;
  /** What a person is called; for platforms whose events name people by id alone. */
  nameOf?(place: { server: string; id: string }, context: SendContext): Promise<NameAnswer>;
  /** What it can do beyond talking, by name. */
  actions?: ReadonlyMap<string, PlatformAction>;
  /** Keeps the platform telling us what it only tells to those who subscribed; absent where it tells by itself. */
  subscriptions?: SubscriptionKeeper;
  /** How its accounts are connected; absent where there is nothing to consent to. */
  oauth?: OAuthProvider;
  /** How people sign in to the hub with their account there. */
  signIn?: SignInProvider;
  limits: {
    /** Longest text of one message, and what the platform counts. */
    messageLength: number;
    messageUnit: "characters" | "bytes";
  };
  /** True when sending the same message id twice cannot show it twice (Discord's enforced nonce). */
  isResendSafe: boolean;
}
