import ipaddr from "ipaddr.js";

export interface UrlRules {
  /** Default false: https alone. */
  allowHttp?: boolean;
  /** `host:port` that may be called whatever the other rules say. For one machine's own programs, never in production. */
  allowedHosts?: ReadonlySet<string>;
}

/** `isExempt`: on the list of allowed hosts, so its name is not looked up either. */
export type UrlVerdict = { ok: true; url: URL; isExempt: boolean } | { ok: false; reason: string };

const maxUrlLength = 2000;
const defaultPorts: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };
const allowedPorts: ReadonlySet<string> = new Set(["80", "443"]);

/** Names that mean this machine or this network by convention, whatever a resolver says. */
const privateSuffixes = [
  ".local",
  ".localhost",
  ".localdomain",
  ".internal",
  ".intranet",
  ".lan",
  ".home",
  ".arpa",
];

/**
 * Whether an address that a stranger gave may be called at all (threats row 7). The one parser is the WHATWG one, the
 * same that `fetch` uses, so every spelling of an IP address (`2130706433`, `0x7f.1`, full-width digits) is an IP
 * literal here, and those are refused outright. Names must still be looked up: see {@link isPublicAddress}.
 */
export function checkUrl(
  text: string,
  { allowHttp = false, allowedHosts = new Set() }: UrlRules = {},
): UrlVerdict {
  // The parser would silently drop these; what a person reads and what is called must be the same.
  if (text.length > maxUrlLength || /[\s\p{Cc}\\]/u.test(text)) return refuse("not a plain address");
  const url = URL.parse(text);
  const defaultPort = url && defaultPorts[url.protocol];
  if (!url || !defaultPort) return refuse("not an http or https address");
  if (url.username !== "" || url.password !== "") return refuse("names a user");
  const port = url.port || defaultPort;
  if (allowedHosts.has(`${url.hostname}:${port}`)) return { ok: true, url, isExempt: true };
  if (url.protocol !== "https:" && !allowHttp) return refuse("not https");
  if (!allowedPorts.has(port)) return refuse("another port than 80 or 443");
  const reason = whyHostIsRefused(url.hostname);
  return reason === undefined ? { ok: true, url, isExempt: false } : refuse(reason);
}

/**
 * Whether an IP address is one of the public internet. Fails closed: what cannot be read, or wraps another address
 * (mapped, NAT64, 6to4, Teredo), is not.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  // The library calls everything unicast that has no name, `::127.0.0.1` too; the internet is 2000::/3 alone.
  return parsed.kind() === "ipv4" || parsed.match(ipaddr.parseCIDR("2000::/3"));
}

/** `a:1, b:2` → the set that {@link UrlRules} takes; entries without a port are left out. */
export function parseAllowedHosts(text: string): ReadonlySet<string> {
  const entries = text.split(",").map((entry) => entry.trim().toLowerCase());
  return new Set(entries.filter((entry) => /:\d+$/.test(entry)));
}

function whyHostIsRefused(hostname: string): string | undefined {
  if (hostname.startsWith("[") || ipaddr.isValid(hostname)) return "an IP address instead of a name";
  if (hostname.endsWith(".")) return "a name with a dot at its end";
  if (!hostname.includes(".")) return "a name of one word";
  if (!/^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$/.test(hostname) || hostname.length > 253)
    return "not a host name";
  return privateSuffixes.some((suffix) => hostname.endsWith(suffix))
    ? "a name of a private network"
    : undefined;
}

function refuse(reason: string): UrlVerdict {
  return { ok: false, reason };
}
