import type { Platform } from "#contracts/platform";

/** Post Chat takes at most 500 characters (Kick API reference). */
export const limits: Platform["limits"] = { messageLength: 500, messageUnit: "characters" };
