import ipaddr from "ipaddr.js";

/**
 * What a caller from outside is counted by: the address Cloudflare saw (no other header is believed), of IPv6
 * the /64 that one customer gets. Undefined for this very machine, which Cloudflare never reports, and for calls
 * that did not come from outside.
 */
export function clientAddress(headers: Headers): string | undefined {
  const given = headers.get("cf-connecting-ip") ?? "";
  if (!ipaddr.isValid(given)) return undefined;
  const address = ipaddr.process(given);
  if (address.range() === "loopback") return undefined;
  if (address.kind() === "ipv4") return address.toString();
  return `${address.toNormalizedString().split(":").slice(0, 4).join(":")}::/64`;
}
