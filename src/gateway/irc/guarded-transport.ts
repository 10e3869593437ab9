import type { ClientOptions } from "irc-framework";
import NetTransport from "irc-framework/src/transports/net.js";

/** A server line is at most 8,191 bytes of tags and 512 of the rest; a longer one has no end coming. */
const maxUnfinishedBytes = 16_384;

/**
 * The library's socket with two locks. Nothing but whole lines leaves; and where SASL is configured, negotiation never
 * ends without a login: the library would say CAP END to a server that offers no SASL at all.
 */
export function makeGuardedTransport(
  mayEndNegotiation: () => boolean,
): new (
  options: ClientOptions,
) => NetTransport {
  return class GuardedTransport extends NetTransport {
    override writeLine(line: string, done?: (error?: Error | null) => void): void {
      if (/^CAP END\b/i.test(line) && !mayEndNegotiation()) this.close(true);
      else super.writeLine(line.replace(/[\r\n\0]/g, ""), done);
    }

    override onSocketData(chunk: Uint8Array): void {
      super.onSocketData(chunk);
      if (this.incoming_buffer.length > maxUnfinishedBytes) this.close(true);
    }
  };
}
