import { type Outcome, refuse, succeed } from "#contracts/outcome";

/** One POST to a target. */
export interface HttpPost {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Of the whole exchange, the answer's body included. */
  timeoutMs: number;
  /** Longest answer in bytes, after decompression. */
  maxBytes: number;
}

/** Any answer at all; header names in lower case. */
export interface HttpReply {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Refuses with `timeout`, `unavailable` (network), `too_large`, or `forbidden` for an address nobody may call. */
export type HttpSend = (post: HttpPost) => Promise<Outcome<HttpReply>>;

/** Sends by itself, for addresses that operators chose. Addresses of strangers go through the fetcher Worker. */
export function makeHttpSend(fetchUrl: typeof fetch): HttpSend {
  return async ({ url, headers, body, timeoutMs, maxBytes }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      // A redirect is an answer like any other: following one would send the signed call elsewhere.
      const response = await fetchUrl(url, { method: "POST", headers, body, redirect: "manual", signal });
      const text = await readText(response, maxBytes);
      if (text === undefined) return refuse("too_large");
      return succeed({ status: response.status, headers: Object.fromEntries(response.headers), body: text });
    } catch {
      // fetch throws for a time-out and for the network alone; what exactly broke is of no use to the caller.
      return refuse(signal.aborted ? "timeout" : "unavailable");
    }
  };
}

/** The body as text, or undefined when it is longer than `maxBytes`; never reads beyond the cap. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
