import type { Egress, EgressRequest, EgressResponse } from "#contracts/egress";
import { type Outcome, refuse } from "#contracts/outcome";

export interface EgressRoutes {
  /** Rings of gateways, the likeliest first. A ring that does not answer is an empty one. */
  rings: readonly { nodes(): Promise<readonly string[]> }[];
  /** The link of one gateway. */
  linkOf: (gatewayId: string) => { egress: Egress };
}

/** The usual name of the only gateway; asked last, because a gateway without sockets is in no ring. */
const usualGateway = "main";

/**
 * One call from the address of any gateway that lives. `unavailable` means that this one called nobody, so the next is
 * asked; whatever else one answers is final, because the call may have been made.
 */
export async function callThroughAnyGateway(
  request: EgressRequest,
  { rings, linkOf }: EgressRoutes,
): Promise<Outcome<EgressResponse>> {
  const nodes = await Promise.all(rings.map((ring) => ring.nodes().catch(() => [])));
  for (const gatewayId of new Set([...nodes.flat(), usualGateway])) {
    const outcome = await linkOf(gatewayId).egress(request);
    if (outcome.ok || outcome.code !== "unavailable") return outcome;
  }
  return refuse("unavailable", { message: "no gateway is connected" });
}
