import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import { checkUrl, isPublicAddress } from "#lib/safe-url";
import { type FetchedUrl, type FetchUrlRequest, fetchUrlRequest } from "#workers/fetcher/request";

export interface FetchTools {
  fetch: typeof fetch;
  /** Every address of a name; throws when the resolver is no help. */
  resolve: (hostname: string, signal: AbortSignal) => Promise<string[]>;
  allowedHosts: ReadonlySet<string>;
}

type Hop = Pick<FetchUrlRequest, "url" | "method" | "headers" | "body">;

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Of the caller's headers, those that may follow a redirect to another host: no cookie, no key, no signature. */
const harmlessHeaders: ReadonlySet<string> = new Set([
  "accept",
  "accept-language",
  "content-type",
  "user-agent",
]);
/** The runtime has undone the encoding already; cookies are nobody's business here. */
const droppedHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "set-cookie",
  "transfer-encoding",
]);

/**
 * Fetches an address that a stranger gave (threats row 7). Fails closed: an address is called only when its form is
 * allowed and every address of its name is public, and each redirect is asked the same. Between the look-up and the
 * call a name may still change its address; there the platform's own guard stands (workerd calls public ones alone).
 * Refuses with `bad_request`, `forbidden`, `timeout`, `unavailable` or `too_large`; never throws.
 */
export async function fetchUrl(input: unknown, tools: FetchTools): Promise<Outcome<FetchedUrl>> {
  const parsed = fetchUrlRequest.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse("bad_request", { message: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` });
  }
  const signal = AbortSignal.timeout(parsed.data.timeoutMs);
  try {
    return await untilAborted(follow(parsed.data, signal, tools), signal);
  } catch {
    // fetch and the stream throw for the network and the time limit alone; which of the two is all that matters.
    return refuse(signal.aborted ? "timeout" : "unavailable");
  }
}

async function follow(
  request: FetchUrlRequest,
  signal: AbortSignal,
  tools: FetchTools,
): Promise<Outcome<FetchedUrl>> {
  const { allowHttp, maxBytes, maxRedirects } = request;
  let hop: Hop = request;
  for (let redirects = 0; ; redirects++) {
    const verdict = checkUrl(hop.url, { allowHttp, allowedHosts: tools.allowedHosts });
    if (!verdict.ok)
      return refuse("forbidden", { message: `That address may not be called: ${verdict.reason}.` });
    const { url } = verdict;
    const refusal = verdict.isExempt ? undefined : await checkName(url.hostname, signal, tools);
    if (refusal) return refusal;
    const response = await tools.fetch(url.href, {
      method: hop.method,
      headers: hop.headers,
      ...(hop.body === undefined ? {} : { body: hop.body }),
      redirect: "manual",
      signal,
    });
    const location = redirectStatuses.has(response.status) ? response.headers.get("location") : null;
    if (location === null || maxRedirects === 0) return readAnswer(response, url.href, maxBytes);
    await response.body?.cancel();
    if (redirects === maxRedirects)
      return refuse("forbidden", { message: `That address leads on more than ${maxRedirects} times.` });
    hop = nextHop(hop, url, response.status, location);
  }
}

async function checkName(
  hostname: string,
  signal: AbortSignal,
  tools: FetchTools,
): Promise<Refusal | undefined> {
  const addresses = await tools.resolve(hostname, signal);
  if (addresses.length === 0) return refuse("not_found", { message: `There is no address for ${hostname}.` });
  if (addresses.every(isPublicAddress)) return undefined;
  return refuse("forbidden", { message: "That address may not be called: it leads into a private network." });
}

/** As the Fetch standard follows a redirect; an unreadable location becomes an address that no check lets pass. */
function nextHop(hop: Hop, from: URL, status: number, location: string): Hop {
  const to = URL.parse(location, from.href);
  const isSameOrigin = to?.origin === from.origin;
  const becomesGet = status === 303 ? hop.method !== "HEAD" : status < 303 && hop.method === "POST";
  const kept = Object.entries(hop.headers).filter(
    ([name]) => (isSameOrigin || harmlessHeaders.has(name)) && !(becomesGet && name === "content-type"),
  );
  return {
    url: to?.href ?? "",
    method: becomesGet ? "GET" : hop.method,
    headers: Object.fromEntries(kept),
    body: becomesGet ? undefined : hop.body,
  };
}

async function readAnswer(response: Response, url: string, maxBytes: number): Promise<Outcome<FetchedUrl>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      return refuse("too_large", { message: `What is there is larger than ${maxBytes} bytes.` });
    }
    chunks.push(part.value);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !droppedHeaders.has(name)));
  return succeed({ status: response.status, headers, body, url });
}

/** The promise, or a throw at the time limit: a resolver or a stream that ignores the signal must not hold us. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
