import * as z from "zod";
import { platformName } from "#contracts/platform-name";
import { outboundMessage } from "#contracts/sender";

/** One raw line or frame as the platform's socket gave it. The edge parses it with the platform's own parser. */
export const gatewayFrame = z.object({
  platform: platformName,
  /** The connection it came over: IRC network host, Discord shard. */
  connection: z.string().min(1).max(255),
  /** Stable across re-sends of this frame. */
  id: z.string().min(1).max(255),
  receivedAt: z.int().nonnegative(),
  raw: z.string().max(16_384),
});
export type GatewayFrame = z.infer<typeof gatewayFrame>;

/** Gateway → edge. A batch's `seq` rises by one; unacknowledged batches are sent again after a reconnect. */
export const gatewayUp = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("events"),
    seq: z.int().positive(),
    frames: z.array(gatewayFrame).min(1).max(100),
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
]);
export type GatewayUp = z.infer<typeof gatewayUp>;

/** Edge → gateway. */
export const gatewayDown = z.discriminatedUnion("type", [
  /** Everything up to and including `seq` is stored in its channel's inbox. */
  z.object({ type: z.literal("acknowledged"), seq: z.int().nonnegative() }),
  z.object({ type: z.literal("send"), message: outboundMessage }),
  /** What to be connected to. Sent after the handshake and on every change. */
  z.object({
    type: z.literal("assignment"),
    irc: z.array(z.object({ connection: z.string().max(255), channels: z.array(z.string().max(255)) })),
  }),
]);
export type GatewayDown = z.infer<typeof gatewayDown>;

/** The names of the handshake's headers; the signature covers `id\ntimestamp\nnonce`. */
export const gatewayHeaders = {
  id: "x-waddlebot-gateway-id",
  timestamp: "x-waddlebot-gateway-timestamp",
  nonce: "x-waddlebot-gateway-nonce",
  signature: "x-waddlebot-gateway-signature",
} as const;
