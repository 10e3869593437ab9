import type { Platform } from "#contracts/platform";
import { limits } from "#platforms/irc/limits";
import { parseFrame } from "#platforms/irc/parse";

/** IRC has only sockets: the gateway holds them, forwards raw lines and says the replies. */
export const platform: Platform = {
  name: "irc",
  secrets: [],
  parseFrame,
  limits,
  // A PRIVMSG carries no key of its own, but the gateway keeps on disk which message ids it began to say.
  isResendSafe: true,
};
