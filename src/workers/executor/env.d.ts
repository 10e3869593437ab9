/** Generated from the wrangler.toml files by `npm run types`; do not edit. */
interface ExecutorEnv {
	LAMBDA_FUNCTION_PREFIX: "waddlebot-";
	LAMBDA_ENDPOINT: "";
	OPENWHISK_API_HOST: "";
	EXECUTION_TARGET: DurableObjectNamespace<import("./index").ExecutionTarget>;
	FETCHER: Service<typeof import("../fetcher/index").default>;
}
