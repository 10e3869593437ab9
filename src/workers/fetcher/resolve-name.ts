import * as z from "zod";

/** DNS types of the two kinds of address (RFC 1035, RFC 3596). */
const addressTypes: ReadonlySet<number> = new Set([1, 28]);

const dnsAnswer = z.object({
  Status: z.int(),
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).default([]),
});

export interface ResolverTools {
  fetch: typeof fetch;
  resolverUrl: string;
}

/**
 * Every address a name has, of both families, by DNS over HTTPS; empty when it has none. Throws when the resolver does
 * not answer properly, because half an answer could hide the address that matters.
 */
export async function resolveName(
  hostname: string,
  signal: AbortSignal,
  tools: ResolverTools,
): Promise<string[]> {
  const lists = await Promise.all(["A", "AAAA"].map((type) => ask(hostname, type, signal, tools)));
  return lists.flat();
}

async function ask(
  hostname: string,
  type: string,
  signal: AbortSignal,
  tools: ResolverTools,
): Promise<string[]> {
  const url = new URL(tools.resolverUrl);
  url.searchParams.set("name", hostname);
  url.searchParams.set("type", type);
  const headers = { accept: "application/dns-json" };
  const response = await tools.fetch(url.href, { headers, signal, redirect: "manual" });
  if (response.status !== 200) throw new Error(`the resolver answered ${response.status}`);
  const { Status, Answer } = dnsAnswer.parse(await response.json());
  // 3 is "no such name"; every other code says nothing about the name.
  if (Status !== 0 && Status !== 3) throw new Error(`the resolver answered with code ${Status}`);
  return Answer.filter((entry) => addressTypes.has(entry.type)).map(({ data }) => data);
}
