import type { PlatformConfig } from "#contracts/platform";

/** The text variables of a Worker's environment, bindings left out. A missing one stays missing and refuses. */
export function platformConfig(env: object): PlatformConfig {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => typeof value === "string"));
}
