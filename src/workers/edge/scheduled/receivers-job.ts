import { openDatabase } from "#db/client";
import { platforms } from "#platforms/registry";
import { allGateways, linkOf } from "#workers/edge/all-gateways";
import type { ScheduledJob } from "#workers/edge/scheduled/job";
import { beatReceivers, configuredReceivers } from "#workers/edge/scheduled/receivers";
import { platformConfig } from "#workers/shared/platform-config";

/** Every five minutes, as collectors check in (10-router §1.5). */
export const receiversJob: ScheduledJob<EdgeEnv> = {
  name: "receivers.heartbeat",
  everyMinutes: 5,
  async run(env) {
    const config = platformConfig(env);
    // Without its key no sidecar is let in, so there is nobody to ask for.
    const names = config["GATEWAY_KEY"] ? await allGateways(env) : [];
    const statuses = await Promise.all(names.map((name) => linkOf(env, name).status()));
    const isConnected = statuses.some(({ connected }) => connected);
    await beatReceivers(openDatabase(env), configuredReceivers(platforms.values(), config, isConnected));
  },
};
