import type { RuleAction, StringRule } from "#contracts/string-rule";

/** The default texts of 10-router §1.2. */
export const defaultRuleTexts = {
  warn: "Warning: Your message contains content that may violate community guidelines.",
  block: "Your message has been blocked due to policy violations.",
} as const;

/** What a rule does when it hits, complete: a rule without what its action needs has none. */
export type RuleEffect =
  | { kind: Extract<RuleAction, "warn" | "block">; text: string }
  /** A line as chat would have typed it. */
  | { kind: Extract<RuleAction, "command">; text: string }
  | { kind: Extract<RuleAction, "webhook">; url: string };

export function readEffect(rule: StringRule): RuleEffect | undefined {
  switch (rule.action) {
    case "warn":
      return { kind: "warn", text: rule.warningMessage?.trim() || defaultRuleTexts.warn };
    case "block":
      return { kind: "block", text: rule.blockMessage?.trim() || defaultRuleTexts.block };
    case "command":
      return rule.commandToExecute
        ? { kind: "command", text: commandLine(rule.commandToExecute, rule.commandParameters) }
        : undefined;
    case "webhook":
      return rule.webhookUrl ? { kind: "webhook", url: rule.webhookUrl } : undefined;
    default:
      return rule.action satisfies never;
  }
}

/** `#` when no prefix is written: older rules only ever ran community commands. */
function commandLine(word: string, parameters: readonly string[]): string {
  const command = word.startsWith("!") || word.startsWith("#") ? word : `#${word}`;
  return [command, ...parameters].join(" ");
}
