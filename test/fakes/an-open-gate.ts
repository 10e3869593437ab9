import type { LaneRule, OutboundGate, SendPriority } from "#contracts/outbound-gate";

/** A gate that lets everything pass and keeps what it was asked; `waitMs` makes it say no. */
export function anOpenGate(waitMs = 0) {
  const taken: { lanes: readonly LaneRule[]; priority: SendPriority }[] = [];
  const shut: { lane: string; until: number }[] = [];
  const gate: OutboundGate = {
    async take(lanes, priority) {
      taken.push({ lanes, priority });
      return { waitMs };
    },
    async shut(lane, until) {
      shut.push({ lane, until });
    },
  };
  return { gate, taken, shut };
}
