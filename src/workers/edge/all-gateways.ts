import { platforms } from "#platforms/registry";
import { connectedPlatforms } from "#workers/edge/connected-platforms";

const shared = [...platforms.values()].filter(({ parseFrame }) => parseFrame).map(({ name }) => name);

/** Every gateway that shares any platform's sockets and was heard of in the last minute. */
export async function allGateways(env: EdgeEnv): Promise<string[]> {
  const rings = await Promise.all(shared.map((name) => ringOf(env, name).nodes()));
  return [...new Set(rings.flat())].sort();
}

/** The platforms whose sockets some connected gateway holds or may hold. */
export async function platformsOfGateways(env: EdgeEnv): Promise<ReadonlySet<string>> {
  const rings = await Promise.all(
    shared.map(async (name) => ({ platform: name, gateways: await ringOf(env, name).nodes() })),
  );
  return connectedPlatforms(rings, async (name) => (await linkOf(env, name).status()).connected);
}

export function linkOf(env: EdgeEnv, gatewayId: string) {
  return env.GATEWAY_LINK.get(env.GATEWAY_LINK.idFromName(gatewayId));
}

function ringOf(env: EdgeEnv, platform: string) {
  return env.COORDINATOR.get(env.COORDINATOR.idFromName(platform));
}
