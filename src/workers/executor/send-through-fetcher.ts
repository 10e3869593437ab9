import { type Outcome, succeed } from "#contracts/outcome";
import type { HttpSend } from "#executors/http-send";
import type { FetchedUrl, FetchUrlRequestInput } from "#workers/fetcher/request";

/** The fetcher Worker as its callers see it. */
export interface UrlFetcherService {
  fetchUrl(request: FetchUrlRequestInput): Promise<Outcome<FetchedUrl>>;
}

/** A redirect is handed back as an answer: nobody but the address itself may get a signed call. */
export function sendThroughFetcher(fetcher: UrlFetcherService): HttpSend {
  return async ({ url, headers, body, timeoutMs, maxBytes }) => {
    const outcome = await fetcher.fetchUrl({
      url,
      method: "POST",
      headers: { ...headers },
      body,
      timeoutMs,
      maxBytes,
      maxRedirects: 0,
    });
    if (!outcome.ok) return outcome;
    const { status, headers: answered, body: bytes } = outcome.value;
    return succeed({ status, headers: answered, body: new TextDecoder().decode(bytes) });
  };
}
