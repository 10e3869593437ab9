import * as z from "zod";

/**
 * A platform's short name, also the name of its folder under src/platforms.
 * Open on purpose: a new platform is a new folder, not a change of the language (FUT-1).
 */
export const platformName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "1 to 32 of a-z, 0-9 and -");
export type PlatformName = z.infer<typeof platformName>;
