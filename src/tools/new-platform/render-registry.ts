/** The whole of src/platforms/registry.ts for these platforms. */
export function renderRegistry(names: readonly string[]): string {
  const sorted = [...names].sort();
  const imports = sorted.map((name) => `import { platform as ${name} } from "#platforms/${name}/index";`);
  return `import type { Platform } from "#contracts/platform";
${imports.join("\n")}

/** Every platform there is, by name. A new one is a new folder and a line here. */
export const platforms: ReadonlyMap<string, Platform> = new Map(
  [${sorted.join(", ")}].map((platform) => [platform.name, platform]),
);
`;
}
