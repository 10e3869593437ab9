import { buildHub } from "#tools/start/build-hub";
import { workerConfigs } from "#tools/worker-configs";
import { prepareBundles } from "#tools/workers-runtime";

/** Vitest global set-up: what every house is made of is made once, before two of them start at the same time. */
export default async function prepareHouses(): Promise<void> {
  // Vite's build sets it for itself; the tests have their own.
  const environment = process.env["NODE_ENV"];
  await Promise.all([buildHub(), prepareBundles(workerConfigs())]);
  if (environment !== undefined) process.env["NODE_ENV"] = environment;
}
