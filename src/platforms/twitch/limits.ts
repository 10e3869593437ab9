import type { Platform } from "#contracts/platform";

/** Send Chat Message takes at most 500 characters (Helix reference). */
export const limits: Platform["limits"] = { messageLength: 500, messageUnit: "characters" };
