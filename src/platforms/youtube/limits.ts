import type { Platform } from "#contracts/platform";

/** A live chat message holds 200 characters (liveChatMessages, textMessageDetails). */
export const limits: Platform["limits"] = { messageLength: 200, messageUnit: "characters" };
