import { platforms } from "#platforms/registry";
import type { ShownGap } from "#workers/api/receivers/receiver-schemas";

/** Of every platform whose sockets gateways hold, from the platform's coordinator; the latest first. */
export async function readGaps(
  { COORDINATOR }: Pick<ApiEnv, "COORDINATOR">,
  { platform, limit }: { platform?: string | undefined; limit: number },
): Promise<ShownGap[]> {
  const names = [...platforms.values()].flatMap(({ name, parseFrame }) => (parseFrame ? [name] : []));
  const asked = names.filter((name) => platform === undefined || platform === name);
  const found = await Promise.all(
    asked.map(async (name) => {
      const gaps = await COORDINATOR.get(COORDINATOR.idFromName(name)).gaps(limit);
      return gaps.map(({ id, connection, node, from, to }) => ({
        id,
        platform: name,
        connection,
        gateway: node,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        seconds: (to - from) / 1000,
      }));
    }),
  );
  return found
    .flat()
    .sort((a, b) => b.to.localeCompare(a.to) || a.id.localeCompare(b.id))
    .slice(0, limit);
}

export function lastGap(gaps: readonly ShownGap[], platform: string): { from: string; to: string } | null {
  const last = gaps.find((gap) => gap.platform === platform);
  return last ? { from: last.from, to: last.to } : null;
}
