import { connect as connectPlain, isIP, type LookupFunction, Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ClientOptions } from "irc-framework";
import NetTransport from "irc-framework/src/transports/net.js";
import { makePublicLookup, refusal } from "#gateway/irc/public-lookup";
import { isPublicAddress } from "#lib/safe-url";

/** A server line is at most 8,191 bytes of tags and 512 of the rest; a longer one has no end coming. */
const maxUnfinishedBytes = 16_384;

export interface TransportGuards {
  mayEndNegotiation: () => boolean;
  /** The line as this server wants it; undefined says nothing. */
  outgoing: (line: string) => string | undefined;
  /** Certificates trusted instead of the public ones; the library has no option for them. */
  ca?: string | undefined;
  /** Nothing but the public internet, whatever the name says. */
  isPublicOnly?: boolean | undefined;
  lookup?: LookupFunction;
}

/**
 * The library's socket with two locks. Nothing but whole lines leaves; and where SASL is configured, negotiation never
 * ends without a login: the library would say CAP END to a server that offers no SASL at all.
 */
export function makeGuardedTransport({
  mayEndNegotiation,
  outgoing,
  ca,
  isPublicOnly = false,
  lookup = makePublicLookup(),
}: TransportGuards): new (
  options: ClientOptions,
) => NetTransport {
  return class GuardedTransport extends NetTransport {
    override connect(): void {
      if (!isPublicOnly && (ca === undefined || !this.options.tls)) return super.connect();
      const { host, tls } = this.options;
      this.disposeSocket();
      this.incoming_buffer = Buffer.alloc(0);
      this.state = connectingState;
      // An address is not looked up, so it is asked here.
      const isRefused = isPublicOnly && isIP(host) !== 0 && !isPublicAddress(host);
      this.socket = isRefused ? new Socket() : this.#open(tls);
      this._onSocketCreate(this.options, this.socket);
      if (isRefused) this.socket.destroy(refusal(host));
    }

    #open(isTls: boolean): Socket {
      const { host, port } = this.options;
      const target = { host, port, ...(isPublicOnly && { lookup }) };
      if (!isTls) return connectPlain(target);
      return connectTls({ ...target, ...(ca && { ca }), ...(isIP(host) === 0 && { servername: host }) });
    }

    override writeLine(line: string, done?: (error?: Error | null) => void): void {
      if (/^CAP END\b/i.test(line) && !mayEndNegotiation()) return this.close(true);
      const wanted = outgoing(line);
      if (wanted !== undefined) super.writeLine(wanted.replace(/[\r\n\0]/g, ""), done);
      else if (done) process.nextTick(done);
    }

    override onSocketData(chunk: Uint8Array): void {
      super.onSocketData(chunk);
      if (this.incoming_buffer.length > maxUnfinishedBytes) this.close(true);
    }
  };
}

/** What the library calls a socket that is being opened (transports/net.js). */
const connectingState = 1;
