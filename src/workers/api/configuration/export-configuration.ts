import * as z from "zod";
import { commandTarget } from "#contracts/command";
import type { ConfigState } from "#contracts/config-version";
import { type ConfigurationFile, fileVersion } from "#workers/api/configuration/configuration-file";
import { ownCommands } from "#workers/api/configuration/plan-import";
import type { ConfigurationStates } from "#workers/api/configuration/state-store";
import { toShownTarget } from "#workers/api/router/command-rows";

/** A community's configuration as a file that `planImport` reads back to no change at all. */
export function exportConfiguration(now: ConfigurationStates, exportedAt: string): unknown {
  const [community] = now.of("community");
  const wordOf = new Map([...now.words.values()].map((word) => [word.id, word]));
  return {
    format: "waddlebot-community",
    version: fileVersion,
    exported_at: exportedAt,
    community: { slug: now.slug, ...without(community ?? {}, "id", "name_key") },
    commands: ownCommands(now).map(commandOf),
    command_switches: now.of("command_switch").flatMap(({ command_id, entity_id, is_enabled }) => {
      const word = wordOf.get(Number(command_id));
      return word ? [{ prefix: word.prefix, command: word.name, entity_id, is_enabled }] : [];
    }),
    string_rules: now.of("string_rule").map(({ pattern, entity_ids, ...rest }) => {
      return { string: pattern, enabled_entity_ids: entity_ids, ...rest };
    }),
    timers: now.of("timer").map(({ is_enabled, min_lines, ...rest }) => {
      return { ...rest, enabled: is_enabled, min_lines_since_last: min_lines };
    }),
    modules: now.of("module"),
    webhooks: now.of("outgoing_webhook").map(({ is_enabled, ...rest }) => ({ ...rest, enabled: is_enabled })),
  } satisfies Record<keyof ConfigurationFile, unknown>;
}

function commandOf(state: ConfigState) {
  const target = commandTarget.nullable().parse(state["target"]);
  const { name, module, rate_limit_per_minute, timeout_seconds } = state;
  const rest = without(state, "id", "name", "module", "target", "rate_limit_per_minute", "timeout_seconds");
  return {
    ...rest,
    command: z.string().parse(name),
    module_id: module,
    ...(target ? { target: toShownTarget(target) } : {}),
    rate_limit: rate_limit_per_minute,
    timeout: timeout_seconds,
  };
}

function without(state: ConfigState, ...names: readonly string[]): ConfigState {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !names.includes(name)));
}
