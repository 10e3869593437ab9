import { WorkerEntrypoint } from "cloudflare:workers";
import type { Outcome } from "#contracts/outcome";
import { productVersion } from "#contracts/version";
import { parseAllowedHosts } from "#lib/safe-url";
import { fetchUrl } from "#workers/fetcher/fetch-url";
import type { FetchedUrl, FetchUrlRequestInput } from "#workers/fetcher/request";
import { resolveName } from "#workers/fetcher/resolve-name";

const fetchByName: typeof fetch = (input, init) => fetch(input, init);

/** Calls addresses that people gave, for every other Worker. It holds nothing that could be got out of it. */
export default class UrlFetcher extends WorkerEntrypoint<FetcherEnv> {
  async fetchUrl(request: FetchUrlRequestInput): Promise<Outcome<FetchedUrl>> {
    const resolverUrl = this.env.DNS_RESOLVER_URL;
    return fetchUrl(request, {
      fetch: fetchByName,
      resolve: (hostname, signal) => resolveName(hostname, signal, { fetch: fetchByName, resolverUrl }),
      allowedHosts: parseAllowedHosts(this.env.FETCHER_ALLOWED_HOSTS),
    });
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== "/health" && pathname !== "/healthz") return new Response("not found", { status: 404 });
    const timestamp = new Date().toISOString();
    return Response.json({ status: "healthy", module: "fetcher", version: productVersion, timestamp });
  }
}
