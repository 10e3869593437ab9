import { openDatabase } from "#db/client";
import { platforms } from "#platforms/registry";
import { platformsOfGateways } from "#workers/edge/all-gateways";
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
    const connected = config["GATEWAY_KEY"] ? await platformsOfGateways(env) : new Set<string>();
    await beatReceivers(openDatabase(env), configuredReceivers(platforms.values(), config, connected));
  },
};
