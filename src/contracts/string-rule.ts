import * as z from "zod";
import { commandName } from "#contracts/command";
import { compileUserPattern, userPatternLength } from "#contracts/user-pattern";

/** How many rules one community may keep (threat 8). */
export const rulesPerCommunity = 200;

/** `wildcard` reads `*` as "anything"; the pattern `*` alone matches everything whatever the kind (10-router §1.2). */
export const ruleMatchType = z.enum(["exact", "contains", "word", "regex", "wildcard"]);
export type RuleMatchType = z.infer<typeof ruleMatchType>;

export const ruleAction = z.enum(["warn", "block", "command", "webhook"]);
export type RuleAction = z.infer<typeof ruleAction>;

/** Postgres takes neither NUL nor half a character. */
const line = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "holds characters that cannot be stored");

const pattern = line(userPatternLength).refine(
  (text) => /[^\s\p{Default_Ignorable_Code_Point}]/u.test(text),
  "needs at least one visible character",
);

/** `!name` runs our own module's command, `#name` or `name` a community module's (10-router §1.2). */
const commandToExecute = line(65).refine(
  (word) => commandName.safeParse(word.replace(/^[!#]/, "")).success,
  "is a command word, like !quote or #game",
);
const commandParameters = z.array(line(200)).max(20);
const webhookUrl = z.url({ protocol: /^https$/ }).max(2000);
const message = line(500);
const entityIds = z.array(line(1024).min(3)).max(500);
const priority = z.int().min(0).max(10_000);

/**
 * One string rule as stored and as a channel holds it (10-router §1.2). Only its shape is checked here: a rule that can no
 * longer work, say a pattern of older days, must not take the others down; the engine leaves it out and says why.
 * At the REST border `pattern` is called `string` and `entityIds` `enabled_entity_ids`.
 */
export const stringRule = z.object({
  id: z.int().positive(),
  communityId: z.int().positive(),
  /** Empty: every channel of the community. */
  entityIds: z.array(z.string()).default([]),
  pattern: z.string(),
  matchType: ruleMatchType,
  caseSensitive: z.boolean().default(false),
  /** Compares what the eye sees: look-alike letters, accents, case and invisible characters are folded away. */
  foldLookAlikes: z.boolean().default(false),
  /** Would have hit, but does nothing: for trying a rule out. */
  isShadow: z.boolean().default(false),
  action: ruleAction,
  commandToExecute: z.string().nullable().default(null),
  commandParameters: z.array(z.string()).default([]),
  webhookUrl: z.string().nullable().default(null),
  /** Null: the default text. */
  warningMessage: z.string().nullable().default(null),
  blockMessage: z.string().nullable().default(null),
  /** Lower first; equal ones by id. */
  priority: z.int().default(100),
  isActive: z.boolean().default(true),
});
export type StringRule = z.infer<typeof stringRule>;

/** A new rule, complete and able to work. */
export const stringRuleInput = z
  .strictObject({
    entityIds: entityIds.default([]),
    pattern,
    matchType: ruleMatchType.default("contains"),
    caseSensitive: z.boolean().default(false),
    foldLookAlikes: z.boolean().default(false),
    isShadow: z.boolean().default(false),
    action: ruleAction,
    commandToExecute: commandToExecute.nullable().default(null),
    commandParameters: commandParameters.default([]),
    webhookUrl: webhookUrl.nullable().default(null),
    warningMessage: message.nullable().default(null),
    blockMessage: message.nullable().default(null),
    priority: priority.default(100),
    isActive: z.boolean().default(true),
  })
  .superRefine((rule, context) => {
    for (const [path, text] of findProblems(rule)) {
      context.addIssue({ code: "custom", path: [path], message: text });
    }
  });
export type StringRuleInput = z.infer<typeof stringRuleInput>;

/** A change of some fields. Whether the whole still works is known only together with the rest: {@link patchStringRule}. */
export const stringRulePatch = z
  .strictObject({
    entityIds,
    pattern,
    matchType: ruleMatchType,
    caseSensitive: z.boolean(),
    foldLookAlikes: z.boolean(),
    isShadow: z.boolean(),
    action: ruleAction,
    commandToExecute: commandToExecute.nullable(),
    commandParameters,
    webhookUrl: webhookUrl.nullable(),
    warningMessage: message.nullable(),
    blockMessage: message.nullable(),
    priority,
    isActive: z.boolean(),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "changes nothing");
export type StringRulePatch = z.infer<typeof stringRulePatch>;

/** The rule as it would be after the patch, checked as a whole; the issues name the fields. */
export function patchStringRule(
  rule: StringRule,
  patch: StringRulePatch,
): z.ZodSafeParseResult<StringRuleInput> {
  const { id: _id, communityId: _communityId, ...fields } = rule;
  return stringRuleInput.safeParse({ ...fields, ...patch });
}

type Draft = Pick<StringRule, "pattern" | "matchType" | "caseSensitive" | "foldLookAlikes" | "action"> &
  Pick<StringRule, "commandToExecute" | "webhookUrl">;

function* findProblems(rule: Draft): Generator<[field: string, problem: string]> {
  if (rule.action === "command" && rule.commandToExecute === null) {
    yield ["commandToExecute", "is needed for the action command"];
  }
  if (rule.action === "webhook" && rule.webhookUrl === null) {
    yield ["webhookUrl", "is needed for the action webhook"];
  }
  if (rule.caseSensitive && rule.foldLookAlikes) {
    yield ["foldLookAlikes", "ignores case too, so it cannot go with caseSensitive"];
  }
  if (rule.matchType === "regex" && rule.pattern !== "*") {
    const compiled = compileUserPattern(rule.pattern, rule.caseSensitive);
    if (!compiled.ok) yield ["pattern", compiled.because];
  }
}
