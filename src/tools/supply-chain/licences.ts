import { readFileSync } from "node:fs";
import * as z from "zod";
import { inProject } from "#tools/paths";

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
    }),
  ),
});

export interface LicensedPackage {
  name: string;
  version: string;
  licence: string;
}

/** Licences that may be part of an MIT product without conditions beyond naming them. */
const allowed = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "Unlicense",
  "CC0-1.0",
]);

/** Packages that name no licence in package.json; what their LICENSE file says, read by a person. */
const readByHand: Readonly<Record<string, string>> = { "middleware-handler@0.2.0": "MIT" };

/** Everything that is part of the product, as the lockfile says it. */
export function productionPackages(file = inProject("package-lock.json")): LicensedPackage[] {
  const { packages } = lockfile.parse(JSON.parse(readFileSync(file, "utf8")));
  return Object.entries(packages)
    .filter(([path, { dev = false }]) => path !== "" && !dev)
    .map(([path, { version = "", license }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return { name, version, licence: license ?? readByHand[`${name}@${version}`] ?? "unknown" };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An expression of alternatives is allowed when one of them is, one of conjunctions when all are. */
export function isAllowedLicence(expression: string): boolean {
  return expression
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((one) => allowed.has(one.trim())));
}
