import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "#lib/safe-url";

/** `dns.lookup` as it is used here. */
export type LookUpAll = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A look-up for hosts a community named: what it answers is what is connected to, so a name cannot change in between.
 * Fails closed: one address that is not public refuses the name (threats row 7).
 */
export function makePublicLookup(lookUp: LookUpAll = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = error ? [] : addresses;
      if (error || !first) return callback(error ?? refusal(hostname), "");
      if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(refusal(hostname), "");
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

export function refusal(hostname: string): Error {
  return new Error(`${hostname} is not at a public address`);
}
