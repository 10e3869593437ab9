import { platforms } from "#platforms/registry";

/** Every gateway that shares any platform's sockets and was heard of in the last minute. */
export async function allGateways(env: EdgeEnv): Promise<string[]> {
  const shared = [...platforms.values()].filter(({ parseFrame }) => parseFrame);
  const rings = await Promise.all(
    shared.map(({ name }) => env.COORDINATOR.get(env.COORDINATOR.idFromName(name)).nodes()),
  );
  return [...new Set(rings.flat())].sort();
}

export function linkOf(env: EdgeEnv, gatewayId: string) {
  return env.GATEWAY_LINK.get(env.GATEWAY_LINK.idFromName(gatewayId));
}
