import type { CoordinatorService } from "#contracts/coordinator";
import { parseEntityId } from "#contracts/ids";
import { platforms } from "#platforms/registry";

export type Coordinators = ReturnType<typeof makeCoordinators>;

/**
 * The coordinators of the platforms there are. A name that is no platform gets none,
 * so that no caller can bring an object into being by writing a word.
 */
export function makeCoordinators(namespace: ApiEnv["COORDINATOR"]) {
  const of = (platform: string): CoordinatorService | undefined =>
    platforms.has(platform) ? namespace.get(namespace.idFromName(platform)) : undefined;
  return {
    of,
    ofEntity: (entityId: string) => of(parseEntityId(entityId)?.platform ?? ""),
    /** Asks one platform, or all: most calls of 004 name the container only. Undefined for an unknown platform. */
    async each<T>(
      platform: string | undefined,
      ask: (coordinator: CoordinatorService) => Promise<T>,
    ): Promise<T[] | undefined> {
      const names = platform === undefined ? [...platforms.keys()] : [platform];
      const found = names.map(of).filter((coordinator) => coordinator !== undefined);
      return found.length < names.length ? undefined : Promise.all(found.map(ask));
    },
  };
}
