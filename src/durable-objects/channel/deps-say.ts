import type { Egress } from "#contracts/egress";
import { type Outcome, refuse } from "#contracts/outcome";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { callThroughAnyGateway } from "#durable-objects/gateway-link/any-gateway";
import { type SendRoutes, sendThroughGateway } from "#durable-objects/gateway-link/route-send";
import { intoLiveChat } from "#durable-objects/live-chat/live-target";
import { timedOut, within } from "#lib/within";

const sendTimeMs = 12_000;

/** Says one thing on its platform, whichever way leads there. `unknown` means that it may have been heard. */
export async function say(env: EdgeEnv, given: OutboundMessage): Promise<Outcome<SentMessage>> {
  const readers = env.LIVE_CHAT;
  const placed = await intoLiveChat(given, (entityId) => readers.get(readers.idFromName(entityId)).status());
  if (!placed.ok) return placed;
  const message = placed.value;
  const { platform } = message.target;
  const sending =
    platform === "irc"
      ? sendThroughGateway(message, gatewayRoutes(env))
      : env.SENDER.send(message, egressOf(env, platform));
  const outcome = await within<Outcome<SentMessage>>(sending, sendTimeMs);
  if (outcome !== timedOut) return outcome;
  return refuse("unknown", { message: "the platform did not answer in time" });
}

/** The sender cannot reach a gateway by itself, so it is given the way: through one with this platform, else any. */
function egressOf(env: EdgeEnv, platform: string): Egress {
  const rings = [...new Set([platform, "irc"])].map((name) =>
    env.COORDINATOR.get(env.COORDINATOR.idFromName(name)),
  );
  const linkOf = (gatewayId: string) => env.GATEWAY_LINK.get(env.GATEWAY_LINK.idFromName(gatewayId));
  return (request) => callThroughAnyGateway(request, { rings, linkOf });
}

function gatewayRoutes(env: EdgeEnv): SendRoutes {
  return {
    shards: env.COORDINATOR.get(env.COORDINATOR.idFromName("irc")),
    linkOf: (gatewayId) => env.GATEWAY_LINK.get(env.GATEWAY_LINK.idFromName(gatewayId)),
  };
}
