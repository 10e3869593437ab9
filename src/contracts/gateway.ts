import * as z from "zod";
import { egressRequest, egressResponse } from "#contracts/egress";
import { makeEntityId } from "#contracts/ids";
import { platformName } from "#contracts/platform-name";
import { outboundMessage } from "#contracts/sender";

/** The longest raw frame, in UTF-16 units: a Discord or Slack event is rarely above 16 KiB, an IRC line never. */
export const maxRawLength = 65_536;

/** Most characters of raw frames in one batch (one frame may stand alone): escaped and in UTF-8 still below 1.5 MB. */
export const maxBatchLength = 250_000;

/**
 * Most frames in one batch. A channel takes in what a batch holds for it in one write, so under load large batches are
 * what keeps up: 1,000 lines a second over 100 channels are ten lines a write instead of one.
 */
export const maxBatchFrames = 500;

/** What is claimed, by its key, and the fencing number the claim came with; a higher number is a later claim. */
export const gatewayClaim = z.object({ key: z.string().min(1).max(1024), fence: z.int().positive() });
export type GatewayClaim = z.infer<typeof gatewayClaim>;

/** A time nobody listened, in epoch milliseconds. `from` is null where only whoever listened before knows it. */
export const gatewayGap = z.object({ from: z.int().nonnegative().nullable(), to: z.int().nonnegative() });
export type GatewayGap = z.infer<typeof gatewayGap>;

/** One raw line or frame as the platform's socket gave it. The edge parses it with the platform's own parser. */
export const gatewayFrame = z.object({
  platform: platformName,
  /** The connection it came over: IRC network host, Discord shard. */
  connection: z.string().min(1).max(255),
  /** Stable across re-sends of this frame. */
  id: z.string().min(1).max(255),
  receivedAt: z.int().nonnegative(),
  raw: z.string().max(maxRawLength),
  /** Under which claim it was heard; absent from a gateway that shares with nobody. */
  claim: gatewayClaim.optional(),
  /** Nothing was heard, and `raw` is empty: between these times nobody listened. */
  gap: gatewayGap.optional(),
});
export type GatewayFrame = z.infer<typeof gatewayFrame>;

/** How one connection stands, for whoever keeps it. Holds no secret and nothing that was said. */
export const connectionReport = z.object({
  platform: platformName,
  connection: z.string().min(1).max(255),
  isConnected: z.boolean(),
  /** Channels it should be in, and is in. */
  assigned: z.int().nonnegative(),
  joined: z.int().nonnegative(),
  /** Attempts lost since a connection last held. */
  failedAttempts: z.int().nonnegative(),
  /** What is wrong, in the network's or the system's own words. */
  reason: z.string().max(300).optional(),
});
export type ConnectionReport = z.infer<typeof connectionReport>;

/** Most connections in one report. */
export const maxReports = 500;

/** Gateway → edge. A batch's `seq` rises by one; unacknowledged batches are sent again after a reconnect. */
export const gatewayUp = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("events"),
    seq: z.int().positive(),
    frames: z.array(gatewayFrame).min(1).max(maxBatchFrames),
  }),
  z.object({
    type: z.literal("sent"),
    id: z.string().max(700),
    outcome: z.discriminatedUnion("ok", [
      z.object({ ok: z.literal(true), platformMessageIds: z.array(z.string()) }),
      z.object({
        ok: z.literal(false),
        code: z.enum(["unavailable", "bad_request", "unknown"]),
        message: z.string(),
      }),
    ]),
  }),
  z.object({
    type: z.literal("fetched"),
    id: z.string().max(64),
    outcome: z.discriminatedUnion("ok", [
      z.object({ ok: z.literal(true), response: egressResponse }),
      z.object({ ok: z.literal(false), code: z.enum(["unavailable", "unknown"]), message: z.string() }),
    ]),
  }),
  /** First thing on a socket and then every `renewMs`: "I live, can hold these platforms, and did as told up to `version`." */
  z.object({
    type: z.literal("renew"),
    /** The last lease that was carried out, what it took away included; 0 before the first. */
    version: z.int().nonnegative(),
    platforms: z.array(platformName).max(32),
    /** How its connections stand; absent from a gateway that does not tell. */
    connections: z.array(connectionReport).max(maxReports).optional(),
  }),
]);
export type GatewayUp = z.infer<typeof gatewayUp>;

/** What to be connected to. Discord: `connection` is the shard's number; where a connection is the whole, `channels` is empty. */
export const connectionAssignment = z.object({
  connection: z.string().min(1).max(255),
  channels: z.array(z.string().max(255)),
});
export type ConnectionAssignment = z.infer<typeof connectionAssignment>;

/** How to be on an IRC network. Comes from the hub's database or from the gateway's own environment. */
export const ircNetwork = z
  .object({
    /** Also the name of the connection: entity ids and assignments carry it. */
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:-]{1,200}$/, "must be a host name or address")
      .toLowerCase(),
    port: z.int().min(1).max(65_535),
    tls: z.boolean().default(false),
    /** Certificates (PEM) trusted instead of the public ones, for a network that signs its own. */
    ca: z.string().max(20_000).optional(),
    nick: z
      .string()
      .max(30)
      .regex(/^[^\s,:/#&+!@\d\p{C}][^\s,!@\p{C}]*$/u, "must be a nick"),
    /** `twitch` speaks Twitch's dialect with its limits; `password` is then the token, without `oauth:`. */
    flavour: z.enum(["irc", "twitch"]).default("irc"),
    password: z
      .string()
      .min(1)
      .max(1000)
      .regex(/^[^\r\n\0]*$/, "must be one line")
      .optional(),
    sasl: z.object({ account: z.string().min(1).max(255), password: z.string().min(1).max(1000) }).optional(),
    /** Absent: always on. Else the channels are visited this often and left again. */
    pollSeconds: z.int().min(5).max(86_400).optional(),
    /** RFC 1459 §8.10 lets a client run five lines ahead and then one in two seconds; faster is "Excess Flood". */
    burstLines: z.int().min(1).max(1000).default(5),
    linesPerSecond: z.number().positive().max(1000).default(0.5),
    /** True for what a community wrote: connected to at public addresses only. */
    isPublicOnly: z.boolean().optional(),
  })
  .refine(
    ({ sasl, password, tls, host }) =>
      (!sasl && !password) || tls || ["localhost", "127.0.0.1", "::1"].includes(host),
    "a password needs tls",
  );
export type IrcNetworkConfig = z.infer<typeof ircNetwork>;

/** Edge → gateway. */
export const gatewayDown = z.discriminatedUnion("type", [
  /** Everything up to and including `seq` is stored in its channel's inbox. */
  z.object({ type: z.literal("acknowledged"), seq: z.int().nonnegative() }),
  z.object({
    type: z.literal("send"),
    message: outboundMessage,
    /** The claim under which it may be said; whoever holds another number must not. */
    claim: gatewayClaim.optional(),
  }),
  /** A call to a platform from the gateway's own address; answered with `fetched`. */
  z.object({ type: z.literal("fetch"), id: z.string().max(64), request: egressRequest }),
  /** The whole of what to be connected to: what is missing is to be left. Sent on every change and every renewal. */
  z.object({
    type: z.literal("assignment"),
    irc: z.array(connectionAssignment),
    /** Every other platform by its name. */
    others: z.record(platformName, z.array(connectionAssignment)).default({}),
    /** Networks kept in the hub's database; one of the same host in the gateway's environment wins. Secret. Absent: as before. */
    networks: z.array(ircNetwork).optional(),
    /** Absent: nobody shares, everything assigned is held until told otherwise. */
    lease: z
      .object({
        version: z.int().positive(),
        /** From receipt; a gateway that was not renewed by then leaves everything. */
        ms: z.int().positive(),
        renewMs: z.int().positive(),
        claims: z.array(gatewayClaim),
      })
      .optional(),
  }),
]);
export type GatewayDown = z.infer<typeof gatewayDown>;
export type GatewayAssignment = Extract<GatewayDown, { type: "assignment" }>;

/** What is claimed for a channel, or for a whole connection where that is the unit (a Discord shard). */
export function claimKey(platform: string, connection: string, channel?: string): string {
  return makeEntityId({ platform, server: connection, ...(channel !== undefined && { channel }) });
}

/** The names of the handshake's headers; the signature covers `id\ntimestamp\nnonce`. */
export const gatewayHeaders = {
  id: "x-waddlebot-gateway-id",
  timestamp: "x-waddlebot-gateway-timestamp",
  nonce: "x-waddlebot-gateway-nonce",
  signature: "x-waddlebot-gateway-signature",
} as const;
