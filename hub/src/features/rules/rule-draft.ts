import type { Rule } from "./page.tsx";

export const matchTypes = ["contains", "word", "exact", "wildcard", "regex"] as const;
export const actions = ["warn", "block", "command", "webhook"] as const;

/** A rule as the form holds it: text fields are never null, parameters are one line. */
export interface Draft extends Record<string, unknown> {
  string: string;
  match_type: (typeof matchTypes)[number];
  action: (typeof actions)[number];
  warning_message: string;
  block_message: string;
  command_to_execute: string;
  command_parameters: string;
  webhook_url: string;
  enabled_entity_ids: string[];
  priority: number;
  case_sensitive: boolean;
  fold_look_alikes: boolean;
  is_shadow: boolean;
  is_active: boolean;
}

/** A new one begins in shadow mode, where it can do no harm. */
export function draftOf(rule: Rule | undefined): Draft {
  return {
    string: rule?.string ?? "",
    match_type: matchTypes.find((one) => one === rule?.match_type) ?? "contains",
    action: actions.find((one) => one === rule?.action) ?? "warn",
    warning_message: rule?.warning_message ?? "",
    block_message: rule?.block_message ?? "",
    command_to_execute: rule?.command_to_execute ?? "",
    command_parameters: rule?.command_parameters.join(" ") ?? "",
    webhook_url: rule?.webhook_url ?? "",
    enabled_entity_ids: rule?.enabled_entity_ids ?? [],
    priority: rule?.priority ?? 100,
    case_sensitive: rule?.case_sensitive ?? false,
    fold_look_alikes: rule?.fold_look_alikes ?? false,
    is_shadow: rule?.is_shadow ?? true,
    is_active: rule?.is_active ?? true,
  };
}

/** As the API takes it: an empty line is none. */
export function toBody({ command_parameters, ...draft }: Draft) {
  return {
    ...draft,
    warning_message: draft.warning_message || null,
    block_message: draft.block_message || null,
    command_to_execute: draft.command_to_execute || null,
    command_parameters: command_parameters.split(/\s+/).filter(Boolean),
    webhook_url: draft.webhook_url || null,
  };
}
