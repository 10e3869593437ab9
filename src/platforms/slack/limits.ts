import type { Platform } from "#contracts/platform";

/**
 * Slack advises 4,000 characters for a message's text and counts `&lt;` as four.
 * 3,000 of ours, also the most one section block holds, leave room for that.
 */
export const limits: Platform["limits"] = { messageLength: 3000, messageUnit: "characters" };
