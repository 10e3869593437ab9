import type { ModeratedPlaces, OutboundGate } from "#contracts/outbound-gate";

/** The gate of one identity on one platform: the bot's own, or one channel owner's. */
export function gateOf(env: SenderEnv, platform: string, identity: string): OutboundGate {
  const stub = env.OUTBOUND_GATE.get(env.OUTBOUND_GATE.idFromName(`${platform}/${identity}`));
  return {
    take: (lanes, priority) => stub.take(lanes, priority),
    giveBack: (lanes) => stub.giveBack(lanes),
    shut: (lane, until) => stub.shut(lane, until),
  };
}

/** Where that identity moderates, for the gate to remember. */
export function moderatedPlacesOf(env: SenderEnv, platform: string, identity: string): ModeratedPlaces {
  const stub = env.OUTBOUND_GATE.get(env.OUTBOUND_GATE.idFromName(`${platform}/${identity}`));
  return { setModerated: (places) => stub.setModerated(places) };
}
