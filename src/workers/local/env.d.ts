/** Generated from the wrangler.toml files by `npm run types`; do not edit. */
interface LocalEnv {
	HUB: Fetcher;
	SIMULATORS_URL: "";
	EDGE: Service<typeof import("../edge/index").default>;
	API: Service<typeof import("../api/index").default>;
}
