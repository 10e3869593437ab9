import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import type { RuleVerdict } from "#router/plan";
import { type CompiledRules, compileRules } from "#router/rules/compile-rules";
import { matchRules } from "#router/rules/match-rules";
import { ruleOutcome } from "#router/rules/rule-outcome";

/** A pause of the machine must not cost a rule its place, so it takes three messages to be sure. */
const strikesAllowed = 3;

/** A community's rules, compiled once for each snapshot. A rule that costs too much is switched off and reported. */
export class RuleBook {
  #deps: Pick<ChannelDeps, "log">;
  #switchOff: (ruleId: number) => void;
  #compiled: { config: ChannelConfig; rules: CompiledRules } | undefined;
  #strikes = new Map<number, number>();

  constructor(deps: Pick<ChannelDeps, "log">, switchOff: (ruleId: number) => void) {
    this.#deps = deps;
    this.#switchOff = switchOff;
  }

  match(config: ChannelConfig, event: PlatformEvent, text: string): RuleVerdict {
    const silent: RuleVerdict = { hit: undefined, shadows: [] };
    if (config.rules.length === 0 || event.type !== "chatMessage") return silent;
    const { entityId, origin } = event;
    const now = () => performance.now();
    const { hit, shadowHits, exhausted } = matchRules(
      this.#rulesOf(config),
      { text, entityId, origin },
      { now },
    );
    if (exhausted !== undefined) this.#giveUp(exhausted, config);
    const named = (one: { rule: { id: number; action: string } }) => ({
      ruleId: one.rule.id,
      action: one.rule.action,
    });
    return {
      hit: hit && { ...named(hit), outcome: ruleOutcome(hit, { ...event, text }) },
      shadows: shadowHits.map(named),
    };
  }

  #rulesOf(config: ChannelConfig): CompiledRules {
    if (this.#compiled?.config === config) return this.#compiled.rules;
    const rules = compileRules(
      config.rules.filter(({ id }) => (this.#strikes.get(id) ?? 0) < strikesAllowed),
    );
    this.#compiled = { config, rules };
    return rules;
  }

  #giveUp(ruleId: number, config: ChannelConfig): void {
    const strikes = (this.#strikes.get(ruleId) ?? 0) + 1;
    this.#strikes.set(ruleId, strikes);
    if (strikes < strikesAllowed) return;
    this.#compiled = undefined;
    this.#switchOff(ruleId);
    const details = { ruleId, reason: "took too long for one message" };
    const community = config.community.id;
    this.#deps.log({
      level: "WARNING",
      category: "SYSTEM",
      action: "rule.switch-off",
      result: "FAILURE",
      community,
      details,
    });
  }
}
