import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { EgressRequest, EgressResponse } from "#contracts/egress";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { isNeverSent } from "#lib/network-error";

export interface EgressOptions {
  /** Hosts that may be called, with their port where they have one; nothing else is, whatever the edge asks for. */
  hosts: ReadonlySet<string>;
  /** The address calls leave from; absent: the machine's own choice. */
  localAddress?: string | undefined;
}

const timeMs = 8000;
const maxBytes = 1 << 20;

/** Makes one call for the edge. Redirects are not followed: the edge decided whom to call, and nobody else does. */
export async function callOut(
  request: EgressRequest,
  { hosts, localAddress }: EgressOptions,
): Promise<Outcome<EgressResponse>> {
  const url = new URL(request.url);
  if (!hosts.has(url.host)) return refuse("unavailable", { message: "this host is not called from here" });
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !isLocal)
    return refuse("unavailable", { message: "only https leaves this machine" });
  try {
    return succeed(await call(url, request, localAddress));
  } catch (error) {
    // Node's own client names the reason directly, where `fetch` names it as the cause.
    const code = isNeverSent({ cause: error }) ? "unavailable" : "unknown";
    return refuse(code, { message: "the platform did not answer the gateway" });
  }
}

function call(
  url: URL,
  { method, headers, body }: EgressRequest,
  localAddress: string | undefined,
): Promise<EgressResponse> {
  const send = url.protocol === "https:" ? secureRequest : plainRequest;
  const options = {
    method,
    headers: { ...headers, "content-length": String(Buffer.byteLength(body ?? "")) },
    signal: AbortSignal.timeout(timeMs),
    ...(localAddress !== undefined && { localAddress }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = send(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("error", reject);
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) incoming.destroy(new Error("the answer is too long"));
        else chunks.push(chunk);
      });
      incoming.on("end", () => {
        const names = Object.entries(incoming.headers).flatMap(([name, value]) =>
          typeof value === "string" ? [[name, value]] : [],
        );
        resolve({
          status: incoming.statusCode ?? 500,
          headers: Object.fromEntries(names),
          body: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body ?? undefined);
  });
}
