/** Generated from the wrangler.toml files by `npm run types`; do not edit. */
interface FetcherEnv {
	DNS_RESOLVER_URL: "https://cloudflare-dns.com/dns-query";
	FETCHER_ALLOWED_HOSTS: "";
}
