import type { ChannelConfig } from "#contracts/channel-config";
import type { Command, CommandTarget } from "#contracts/command";
import type { PlatformEvent } from "#contracts/event";
import { makeUserKey } from "#contracts/ids";
import type { ModuleManifest } from "#contracts/module";
import { type Refusal, refuse } from "#contracts/outcome";
import {
  authorize,
  type Principal,
  type Resource,
  type Rights,
  type Standing,
  standingOf,
} from "#router/authorize";
import { type ParsedCommand, parseCommand } from "#router/parse-command";

export interface PlannedCall {
  module: string;
  handler: string;
  command?: string;
  args: string[];
  argsText: string;
  mode: "sequential" | "parallel";
  /** Null for our own modules. */
  target: CommandTarget | null;
  timeoutSeconds: number;
}

export interface Trigger {
  kind: "command" | "event" | "component" | "rule" | "none";
  text: string;
}

/** What the channel will do with one event, and why. Decided without clock, database or network. */
export type Plan = { trigger: Trigger; standing: Standing; rights: Rights | null } & (
  | { kind: "ignore"; because: string }
  | { kind: "refuse"; refusal: Refusal; call: PlannedCall | null; isSpoken: boolean }
  | { kind: "invoke"; calls: PlannedCall[]; command: Command | null }
  | { kind: "rule"; verdict: RuleVerdict & { hit: NonNullable<RuleVerdict["hit"]> } }
) & { shadows?: RuleVerdict["shadows"] };

/** What a channel remembers between events and the planner asks for. Asking changes nothing. */
export interface PlanState {
  cooldownLeftMs(userKey: string, command: Command): number;
  /** Until the caller may run this command again under its limit per minute; 0 when now. */
  limitLeftMs(userKey: string, command: Command): number;
  /** The string rules on this text; never called for what a rule itself caused. */
  matchRules(text: string): RuleVerdict;
}

/** What the rules say of one message. */
export interface RuleVerdict {
  hit: { ruleId: number; action: string; outcome: RuleOutcome } | undefined;
  /** Rules in shadow mode that would have hit. */
  shadows: readonly { ruleId: number; action: string }[];
}

export type RuleOutcome =
  | { kind: "warn" | "block"; text: string }
  | { kind: "command"; text: string }
  | { kind: "webhook"; url: string; headers: Record<string, string>; body: unknown };

export function plan(
  event: PlatformEvent,
  config: ChannelConfig,
  manifests: readonly ModuleManifest[],
  state: PlanState,
): Plan {
  const userKey = makeUserKey(event.platform, event.user.id);
  const asker = askerOf(event, userKey, config);
  if ("customId" in event) return planComponent(event.customId, asker, config, manifests);
  if ("text" in event) return planText(event, asker, config, state);
  return planEvent(event, asker, config);
}

/** Who caused the event, as they stand in this channel. */
interface Asker {
  userKey: string;
  principal: Principal;
  here: Resource;
  standing: Standing;
}

/** The snapshot's roles are this channel's: what was assigned in the channel, the community or everywhere is resolved. */
function askerOf(event: PlatformEvent, userKey: string, config: ChannelConfig): Asker {
  const here = { communityId: config.community.id, entityId: event.entityId };
  const role = config.roles[userKey];
  const grants = role ? [{ communityId: here.communityId, role }] : [];
  const principal = { grants, platformRole: event.user.platformRole };
  return { userKey, principal, here, standing: standingOf(principal, here) };
}

/** A command wins; what is none, or none we know, goes past the rules (10-router §1.1 step 4). */
function planText(
  event: Extract<PlatformEvent, { text: string }>,
  asker: Asker,
  config: ChannelConfig,
  state: PlanState,
): Plan {
  const { standing } = asker;
  const parsed = parseCommand(event.text);
  const command = parsed && findCommand(config, parsed);
  if (parsed && command) return planCommand(parsed, command, asker, config, state);
  const verdict: RuleVerdict =
    event.origin === "rule" ? { hit: undefined, shadows: [] } : state.matchRules(event.text);
  const { hit, shadows } = verdict;
  if (hit) {
    const trigger: Trigger = { kind: "rule", text: `rule ${hit.ruleId}` };
    return { kind: "rule", verdict: { hit, shadows }, trigger, standing, rights: null, shadows };
  }
  if (parsed) return { ...unknownCommand(parsed, standing), shadows };
  const heard = planEvent(event, asker, config);
  if (heard.kind === "invoke") return { ...heard, shadows };
  const trigger: Trigger = { kind: "none", text: "" };
  return { kind: "ignore", because: "not a command", trigger, standing, rights: null, shadows };
}

function findCommand(config: ChannelConfig, { prefix, name }: ParsedCommand): Command | undefined {
  return config.commands.find(
    (row) => row.name === name && row.prefix === prefix && row.triggerType !== "event",
  );
}

function unknownCommand({ prefix, name }: ParsedCommand, standing: Standing): Plan {
  const trigger: Trigger = { kind: "command", text: prefix + name };
  const refusal = refuse("not_found", { message: `Command '${prefix}${name}' not found. Try !help.` });
  return { kind: "refuse", refusal, call: null, isSpoken: false, trigger, standing, rights: null };
}

function planCommand(
  parsed: ParsedCommand,
  command: Command,
  { userKey, principal, here, standing }: Asker,
  config: ChannelConfig,
  state: PlanState,
): Plan {
  const word = parsed.prefix + parsed.name;
  const trigger: Trigger = { kind: "command", text: word };
  const call: PlannedCall = {
    module: command.module,
    handler: command.handler,
    command: parsed.name,
    args: parsed.args,
    argsText: parsed.argsText,
    mode: command.executionMode,
    target: command.target,
    timeoutSeconds: command.timeoutSeconds,
  };
  const rights = authorize(principal, command, here);
  const no = (refusal: Refusal, isSpoken: boolean): Plan => ({
    kind: "refuse",
    refusal,
    call,
    isSpoken,
    trigger,
    standing,
    rights,
  });

  if (!isModuleEnabled(config, command.module)) {
    const message = `The ${command.module} module is switched off in this community.`;
    return no(refuse("disabled", { message }), true);
  }
  if (!command.isEnabled) return no(refuse("disabled", { message: `${word} is switched off here.` }), true);
  if (!rights.isAllowed) {
    return no(refuse("forbidden", { message: `${word} is for ${rights.required}s and above.` }), true);
  }
  const limitMs = state.limitLeftMs(userKey, command);
  if (limitMs > 0) {
    const message = `Slow down: ${word} may be used ${command.rateLimitPerMinute} times a minute.`;
    return no(refuse("rate_limited", { message, retryAfterMs: limitMs }), false);
  }
  const leftMs = state.cooldownLeftMs(userKey, command);
  if (leftMs > 0) {
    const message = `${word} is resting for another ${Math.ceil(leftMs / 1000)} s.`;
    return no(refuse("cooldown", { message, retryAfterMs: leftMs }), false);
  }
  return { kind: "invoke", calls: [call], command, trigger, standing, rights };
}

/** `module:action:context`; who may do it is the module's decision, made from the signed event. */
function planComponent(
  customId: string,
  { standing, principal, here }: Asker,
  config: ChannelConfig,
  manifests: readonly ModuleManifest[],
): Plan {
  const [module = "", handler = "", ...context] = customId.split(":");
  const trigger: Trigger = { kind: "component", text: `${module}:${handler}` };
  const manifest = manifests.find((candidate) => candidate.name === module);
  if (!manifest?.components?.includes(handler) || !isModuleEnabled(config, module)) {
    const refusal = refuse("not_found", { message: "That button no longer leads anywhere." });
    return { kind: "refuse", refusal, call: null, isSpoken: true, trigger, standing, rights: null };
  }
  const argsText = context.join(":");
  const args = argsText ? [argsText] : [];
  const calls: PlannedCall[] = [
    { module, handler, args, argsText, mode: "sequential", target: null, timeoutSeconds: 30 },
  ];
  const rights = authorize(principal, "commands.basic", here);
  return { kind: "invoke", calls, command: null, trigger, standing, rights };
}

/** Modules that asked for this kind of event: sequential ones by priority, parallel ones beside them. */
function planEvent(event: PlatformEvent, { standing, principal, here }: Asker, config: ChannelConfig): Plan {
  const trigger: Trigger = { kind: "event", text: event.type };
  const listeners = config.commands
    .filter((row) => row.triggerType !== "command" && row.eventTypes.includes(event.type))
    .filter((row) => row.isEnabled && isModuleEnabled(config, row.module))
    .filter((row) => authorize(principal, row, here).isAllowed)
    .sort((a, b) => a.priority - b.priority);
  if (listeners.length === 0) {
    return { kind: "ignore", because: "no module listens", trigger, standing, rights: null };
  }
  const calls = listeners.map(({ module, handler, executionMode, target, timeoutSeconds }): PlannedCall => {
    return { module, handler, args: [], argsText: "", mode: executionMode, target, timeoutSeconds };
  });
  return { kind: "invoke", calls, command: null, trigger, standing, rights: null };
}

function isModuleEnabled(config: ChannelConfig, module: string): boolean {
  return config.modules[module]?.isEnabled ?? true;
}
