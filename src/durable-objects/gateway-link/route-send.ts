import { claimKey } from "#contracts/gateway";
import { type Outcome, refuse } from "#contracts/outcome";
import type { MessageSink, OutboundMessage, SentMessage } from "#contracts/sender";

export interface SendRoutes {
  /** The coordinator of the platform the gateways share. */
  shards: { holderOf(key: string): Promise<{ node: string; fencing: number } | undefined> };
  /** The link of one gateway. */
  linkOf: (gatewayId: string) => Pick<MessageSink, "send">;
}

/** Says it through the one gateway that holds the channel now. */
export async function sendThroughGateway(
  message: OutboundMessage,
  { shards, linkOf }: SendRoutes,
): Promise<Outcome<SentMessage>> {
  const { target } = message;
  if (target.kind !== "chat") return refuse("bad_request", { message: "a gateway says chat messages only" });
  const holder = await shards.holderOf(claimKey(target.platform, target.server ?? "", target.channel));
  if (!holder) return refuse("unavailable", { message: "no gateway is in this channel", retryAfterMs: 2000 });
  return linkOf(holder.node).send(message);
}
