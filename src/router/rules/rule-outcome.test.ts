import { expect, test } from "vitest";
import type { StringRule } from "#contracts/string-rule";
import { aStringRule, ask } from "#router/rules/fake";
import { defaultRuleTexts } from "#router/rules/rule-effect";
import { type RuleEvent, ruleOutcome, stringMatchWebhookHeaders } from "#router/rules/rule-outcome";

const event: RuleEvent = {
  type: "chatMessage",
  id: "discord:9",
  platform: "discord",
  entityId: "discord:10:20",
  user: { id: "7", login: "bob", name: "Bob", badges: [] },
  receivedAt: 1_700_000_000_500,
  occurredAt: 1_700_000_000_000,
  correlationId: "c",
  origin: "platform",
  hops: 0,
  text: "hello everyone",
  messageId: "9",
};

const outcomeOf = (facts: Partial<StringRule>) => {
  const { hit } = ask([aStringRule({ pattern: "*", ...facts })], event);
  return hit && ruleOutcome(hit, event);
};

test("warn and block speak the rule's text, or the default", () => {
  expect(outcomeOf({ action: "warn" })).toEqual({ kind: "warn", text: defaultRuleTexts.warn });
  expect(outcomeOf({ action: "block" })).toEqual({ kind: "block", text: defaultRuleTexts.block });
  expect(outcomeOf({ action: "block", blockMessage: "No." })).toEqual({ kind: "block", text: "No." });
  expect(outcomeOf({ action: "warn", blockMessage: "No.", warningMessage: " " })).toEqual({
    kind: "warn",
    text: defaultRuleTexts.warn,
  });
});

test.each([
  ["quote", [], "#quote"],
  ["#game", ["start", "5"], "#game start 5"],
  ["!quote", ["3"], "!quote 3"],
])("command %s %j runs as %s", (commandToExecute, commandParameters, text) => {
  expect(outcomeOf({ action: "command", commandToExecute, commandParameters })).toEqual({
    kind: "command",
    text,
  });
});

test("STR-5 a webhook gets the documented body and headers", () => {
  expect(outcomeOf({ id: 4, action: "webhook", webhookUrl: "https://example.com/hook" })).toEqual({
    kind: "webhook",
    url: "https://example.com/hook",
    headers: stringMatchWebhookHeaders,
    body: {
      type: "string_match",
      rule_id: 4,
      pattern: "*",
      match_type: "contains",
      message_content: "hello everyone",
      user: { id: "7", name: "Bob" },
      context: {
        platform: "discord",
        server_id: "10",
        channel_id: "20",
        entity_id: "discord:10:20",
        message_id: "9",
        timestamp: "2023-11-14T22:13:20.000Z",
      },
    },
  });
});
