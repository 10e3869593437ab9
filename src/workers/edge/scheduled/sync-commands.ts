import { manifests } from "#modules/manifests";
import { platforms } from "#platforms/registry";
import type { ScheduledJob } from "#workers/edge/scheduled/job";

/** Platforms with native commands get ours within five minutes of a deploy; one question each when nothing changed. */
export const syncCommandsJob: ScheduledJob<EdgeEnv> = {
  name: "commands.sync",
  everyMinutes: 5,
  async run(env, log) {
    const commands = manifests.flatMap((manifest) => manifest.commands);
    const names = [...platforms.values()].filter(({ syncCommands }) => syncCommands).map(({ name }) => name);
    for (const name of names) {
      const outcome = await env.SENDER.syncCommands(name, commands);
      if (outcome.ok && Object.values(outcome.value).every((changed) => changed.length === 0)) continue;
      log({
        level: outcome.ok ? "INFO" : "WARNING",
        category: "SYSTEM",
        action: "commands.sync",
        result: outcome.ok ? "SUCCESS" : "FAILURE",
        details: outcome.ok
          ? { platform: name, ...outcome.value }
          : { platform: name, code: outcome.code, reason: outcome.message },
      });
    }
  },
};
