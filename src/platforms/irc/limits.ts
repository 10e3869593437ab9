import type { Platform } from "#contracts/platform";
import { maxTextBytes } from "#lib/irc-line";

/** A line is 512 bytes with everything around it; the serializer cuts finer where a long channel name needs it. */
export const limits: Platform["limits"] = { messageLength: maxTextBytes, messageUnit: "bytes" };
