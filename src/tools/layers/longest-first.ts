import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * What takes longest in each layer, the longest first. Vitest begins with the largest files, and some of the longest are short ones that
 * walk every page: begun last they would keep one core waiting for minutes.
 */
export const longest = [
  "test/faults/discord-gateway.test.ts",
  "test/faults/network-cuts.test.ts",
  "test/faults/image.test.ts",
  "src/simulators/discord/discord.test.ts",
  "src/workers/api/password/login.pg.test.ts",
  "src/tools/postgres.pg.test.ts",
  "src/workers/api/factor/factor.pg.test.ts",
  "src/workers/api/reading.pg.test.ts",
  "test/model/model.workerd.test.ts",
  "test/model/broken-models.workerd.test.ts",
  "test/e2e/hub-hostile.e2e.test.ts",
  "test/e2e/hub-pages.e2e.test.ts",
  "test/e2e/overlays.e2e.test.ts",
  "test/e2e/hub-rehearsal.e2e.test.ts",
  "test/e2e/tenant-matrix.e2e.test.ts",
  "test/e2e/hub-admin.e2e.test.ts",
  "test/faults/duplicates.e2e.test.ts",
  "test/faults/discord-gateway.e2e.test.ts",
  "test/e2e/irc.e2e.test.ts",
];

/** Later is smaller; what is not in the list comes after it. */
export function placeOf(path: string): number {
  const place = longest.findIndex((file) => path.endsWith(file));
  return place === -1 ? longest.length : place;
}

/** Within the groups vitest makes of projects, and among the others as it sorts them itself. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return sorted.toSorted(
      (a, b) =>
        projects.indexOf(a.project) - projects.indexOf(b.project) ||
        placeOf(a.moduleId) - placeOf(b.moduleId),
    );
  }
}
