import * as z from "zod";
import {
  type StringRule,
  type StringRulePatch,
  stringRule,
  stringRuleInput,
  stringRulePatch,
} from "#contracts/string-rule";
import { rowId } from "#workers/api/router/fields";
import type { FieldProblem } from "#workers/shared/envelope";

/** Our names and those of 004 (10-router §1.2). */
const borderNames = {
  pattern: "string",
  matchType: "match_type",
  caseSensitive: "case_sensitive",
  foldLookAlikes: "fold_look_alikes",
  entityIds: "enabled_entity_ids",
  isShadow: "is_shadow",
  action: "action",
  commandToExecute: "command_to_execute",
  commandParameters: "command_parameters",
  webhookUrl: "webhook_url",
  warningMessage: "warning_message",
  blockMessage: "block_message",
  priority: "priority",
  isActive: "is_active",
} as const satisfies Record<keyof StringRulePatch, string>;

/** Our names and the columns. */
export const ruleColumns = {
  pattern: "pattern",
  matchType: "match_type",
  caseSensitive: "case_sensitive",
  foldLookAlikes: "fold_look_alikes",
  entityIds: "entity_ids",
  isShadow: "is_shadow",
  action: "action",
  commandToExecute: "command_to_execute",
  commandParameters: "command_parameters",
  webhookUrl: "webhook_url",
  warningMessage: "warning_message",
  blockMessage: "block_message",
  priority: "priority",
  isActive: "is_active",
} as const satisfies Record<keyof StringRulePatch, string>;

const { shape } = stringRuleInput;
export const newRule = z.strictObject({
  community_id: rowId.optional(),
  string: shape.pattern,
  action: shape.action,
  match_type: shape.matchType,
  case_sensitive: shape.caseSensitive,
  fold_look_alikes: shape.foldLookAlikes,
  enabled_entity_ids: shape.entityIds.describe("Empty: every channel of the community"),
  is_shadow: shape.isShadow.describe("Does nothing, and is listed with what it would have hit"),
  command_to_execute: shape.commandToExecute,
  command_parameters: shape.commandParameters,
  webhook_url: shape.webhookUrl,
  warning_message: shape.warningMessage,
  block_message: shape.blockMessage,
  priority: shape.priority.describe("Lower first; the first that matches wins"),
  is_active: shape.isActive,
});

const partial = stringRulePatch.shape;
export const rulePatch = z
  .strictObject({
    string: partial.pattern,
    action: partial.action,
    match_type: partial.matchType,
    case_sensitive: partial.caseSensitive,
    fold_look_alikes: partial.foldLookAlikes,
    enabled_entity_ids: partial.entityIds,
    is_shadow: partial.isShadow,
    command_to_execute: partial.commandToExecute,
    command_parameters: partial.commandParameters,
    webhook_url: partial.webhookUrl,
    warning_message: partial.warningMessage,
    block_message: partial.blockMessage,
    priority: partial.priority,
    is_active: partial.isActive,
  })
  .refine((patch) => Object.keys(patch).length > 0, "changes nothing");

export const shownRule = z.object({
  id: z.int(),
  community_id: z.int(),
  string: z.string(),
  match_type: z.string(),
  case_sensitive: z.boolean(),
  fold_look_alikes: z.boolean(),
  enabled_entity_ids: z.array(z.string()),
  is_shadow: z.boolean(),
  action: z.string(),
  command_to_execute: z.string().nullable(),
  command_parameters: z.array(z.string()),
  webhook_url: z.string().nullable(),
  warning_message: z.string().nullable(),
  block_message: z.string().nullable(),
  priority: z.int(),
  is_active: z.boolean(),
  switched_off_because: z.string().nullable(),
  match_count: z.int(),
  last_matched: z.string().nullable(),
  shadow_count: z.int(),
  last_shadow_text: z.string().nullable(),
  created_by: z.string(),
  created_at: z.string(),
});
export type ShownRule = z.infer<typeof shownRule>;

/** A request's fields under our names; a field that is not there stays away. */
export function fromBorder(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const pairs = Object.entries(borderNames).map(([ours, theirs]) => [ours, given[theirs]] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** What is wrong with a rule as a whole, under the names its author knows. */
export function ruleProblems(error: z.ZodError): FieldProblem[] {
  const names: Readonly<Record<string, string>> = borderNames;
  return error.issues.map(({ path, message }) => {
    const [first = "(body)", ...rest] = path.map(String);
    return { field: [names[first] ?? first, ...rest].join("."), message };
  });
}

/** A shown rule as a channel would hold it. */
export function toStringRule(rule: ShownRule): StringRule {
  return stringRule.parse({ ...fromBorder(rule), id: rule.id, communityId: rule.community_id });
}
