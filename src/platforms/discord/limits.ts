import type { Platform } from "#contracts/platform";

/** A message's content holds 2,000 characters (Discord, Create Message). */
export const limits: Platform["limits"] = { messageLength: 2000, messageUnit: "characters" };

/** All embeds of one message together hold 6,000 characters, one description 4,096. */
export const embedLength = { description: 4096, total: 6000 } as const;
