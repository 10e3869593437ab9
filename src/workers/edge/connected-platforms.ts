/** Who shares one platform's sockets. */
export interface Ring {
  platform: string;
  gateways: readonly string[];
}

/**
 * The platforms that at least one connected gateway shares. Each gateway is asked once, whatever it shares; one that
 * cannot be asked counts as gone, and hides no other.
 */
export async function connectedPlatforms(
  rings: readonly Ring[],
  isConnected: (gatewayId: string) => Promise<boolean>,
): Promise<ReadonlySet<string>> {
  const names = [...new Set(rings.flatMap(({ gateways }) => gateways))];
  const asked = await Promise.all(
    names.map(async (name) => [name, await isConnected(name).catch(() => false)] as const),
  );
  const living = new Map(asked);
  return new Set(
    rings.filter(({ gateways }) => gateways.some((name) => living.get(name))).map(({ platform }) => platform),
  );
}
