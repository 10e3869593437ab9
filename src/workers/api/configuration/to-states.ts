import { communityTheme } from "#contracts/community";
import { type ConfigState, isSameJson } from "#contracts/config-version";
import { stringRuleInput } from "#contracts/string-rule";
import { timerInput } from "#contracts/timer";
import { manifests } from "#modules/manifests";
import type { ConfigurationFile } from "#workers/api/configuration/configuration-file";
import { placeCommand } from "#workers/api/router/command-rows";
import { ruleColumns, fromBorder as ruleFromBorder, ruleProblems } from "#workers/api/router/rule-schemas";
import { timerColumns, timerFromBorder, timerProblems } from "#workers/api/timers/timer-row";
import { type FieldProblem, problemsOf } from "#workers/shared/envelope";

type Section<K extends keyof ConfigurationFile> =
  NonNullable<ConfigurationFile[K]> extends (infer Item)[] ? Item : never;
export type ReadState = { ok: true; state: ConfigState } | { ok: false; problems: FieldProblem[] };

/** Our names become columns; what is under neither stays away. */
function underColumns(given: Readonly<Record<string, unknown>>, columns: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(columns).map(([ours, column]) => [column, given[ours]]));
}

export function commandState(given: Section<"commands">): ReadState {
  const placed = placeCommand(given, manifests);
  if (!placed.ok) return placed;
  if (given.trigger_type !== "command" && given.event_types.length === 0) {
    const message = `Is needed for the trigger ${given.trigger_type}`;
    return { ok: false, problems: [{ field: "event_types", message }] };
  }
  const { module, handler, target } = placed.placed;
  const { prefix, command, description, category, permission_level, cooldown_seconds, role_cooldowns } =
    given;
  const { point_cost, is_enabled, trigger_type, event_types, priority, execution_mode, version } = given;
  const state = {
    prefix,
    name: command,
    module,
    handler,
    description,
    usage: given.usage ?? command,
    category,
    permission_level,
    cooldown_seconds,
    role_cooldowns,
    rate_limit_per_minute: given.rate_limit,
    point_cost,
    is_enabled,
    trigger_type,
    event_types,
    priority,
    execution_mode,
    target,
    timeout_seconds: given.timeout,
    version,
  };
  return { ok: true, state };
}

export function ruleState({ id: _id, ...given }: Section<"string_rules">): ReadState {
  const rule = stringRuleInput.safeParse(ruleFromBorder(given));
  if (!rule.success) return { ok: false, problems: ruleProblems(rule.error) };
  return { ok: true, state: underColumns(rule.data, ruleColumns) };
}

export function timerState({ id: _id, entity_id, ...given }: Section<"timers">): ReadState {
  const timer = timerInput.safeParse(timerFromBorder(given));
  if (!timer.success) return { ok: false, problems: timerProblems(timer.error) };
  return { ok: true, state: { entity_id, ...underColumns(timer.data, timerColumns) } };
}

export function moduleState({ module, is_enabled, settings }: Section<"modules">): ReadState {
  const manifest = manifests.find(({ name }) => name === module);
  const checked = manifest?.settings.strict().safeParse(settings);
  if (checked && !checked.success) {
    const problems = problemsOf(checked.error).map(({ field, message }) => {
      return { field: field === "(body)" ? "settings" : `settings.${field}`, message };
    });
    return { ok: false, problems };
  }
  return { ok: true, state: { module, is_enabled, settings } };
}

export function webhookState({ url, description, event_types, enabled }: Section<"webhooks">): ReadState {
  return { ok: true, state: { url, description, event_types, is_enabled: enabled } };
}

/** The name stays what it is. */
export function communityState(
  { description, type, join_mode, theme }: NonNullable<ConfigurationFile["community"]>,
  current: ConfigState,
): ConfigState {
  // A theme of older days lacks what has a default now, and is the same theme.
  const isSame = isSameJson(communityTheme.parse(current["theme"]), theme);
  return { ...current, description, type, join_mode, theme: isSame ? current["theme"] : theme };
}
