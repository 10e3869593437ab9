import { openDatabase } from "#db/client";
import { platforms } from "#platforms/registry";
import type { ScheduledJob } from "#workers/edge/scheduled/job";
import { beatReceivers, configuredReceivers } from "#workers/edge/scheduled/receivers";
import { platformConfig } from "#workers/shared/platform-config";

/** Every five minutes, as collectors check in (10-router §1.5). */
export const receiversJob: ScheduledJob<EdgeEnv> = {
  name: "receivers.heartbeat",
  everyMinutes: 5,
  async run(env) {
    const config = platformConfig(env);
    const link = env.GATEWAY_LINK.get(env.GATEWAY_LINK.idFromName("main"));
    // Without its key no sidecar is let in, so there is nobody to ask for.
    const isConnected = config["GATEWAY_KEY"] ? (await link.status()).connected : false;
    await beatReceivers(openDatabase(env), configuredReceivers(platforms.values(), config, isConnected));
  },
};
