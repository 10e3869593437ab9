import type { ChannelConfig } from "#contracts/channel-config";
import type { Command } from "#contracts/command";
import type { PlatformEvent } from "#contracts/event";
import { makeUserKey } from "#contracts/ids";
import type { ModuleManifest } from "#contracts/module";
import { type Refusal, refuse } from "#contracts/outcome";
import { authorize, type Rights, resolveStanding, type Standing } from "#router/authorize";
import { type ParsedCommand, parseCommand } from "#router/parse-command";

export interface PlannedCall {
  module: string;
  handler: string;
  command?: string;
  args: string[];
  argsText: string;
}

export interface Trigger {
  kind: "command" | "event" | "component" | "none";
  text: string;
}

/** What the channel will do with one event, and why. Decided without clock, database or network. */
export type Plan = { trigger: Trigger; standing: Standing; rights: Rights | null } & (
  | { kind: "ignore"; because: string }
  | { kind: "refuse"; refusal: Refusal; call: PlannedCall | null; isSpoken: boolean }
  | { kind: "invoke"; calls: PlannedCall[]; command: Command | null }
);

/** What a channel remembers between events and the planner needs: seconds left of a running cooldown. */
export interface PlanState {
  cooldownLeftMs(userKey: string, command: Command): number;
}

export function plan(
  event: PlatformEvent,
  config: ChannelConfig,
  manifests: readonly ModuleManifest[],
  state: PlanState,
): Plan {
  const userKey = makeUserKey(event.platform, event.user.id);
  const standing = resolveStanding(config.roles[userKey], event.user.platformRole);
  if (event.type === "chatMessage" || event.type === "slashCommand") {
    const parsed = parseCommand(event.text);
    if (parsed) return planCommand(parsed, userKey, standing, config, state);
    return {
      kind: "ignore",
      because: "not a command",
      trigger: { kind: "none", text: "" },
      standing,
      rights: null,
    };
  }
  if ("customId" in event) return planComponent(event.customId, standing, config, manifests);
  return planEvent(event, standing, config, manifests);
}

function planCommand(
  parsed: ParsedCommand,
  userKey: string,
  standing: Standing,
  config: ChannelConfig,
  state: PlanState,
): Plan {
  const word = parsed.prefix + parsed.name;
  const trigger: Trigger = { kind: "command", text: word };
  const command = config.commands.find((row) => row.prefix === parsed.prefix && row.name === parsed.name);
  if (!command) {
    const refusal = refuse("not_found", { message: `Command '${word}' not found. Try !help.` });
    return { kind: "refuse", refusal, call: null, isSpoken: false, trigger, standing, rights: null };
  }
  const call = {
    module: command.module,
    handler: command.handler,
    command: parsed.name,
    args: parsed.args,
    argsText: parsed.argsText,
  };
  const rights = authorize(standing, command.permissionLevel);
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
    return no(
      refuse("disabled", { message: `The ${command.module} module is switched off in this community.` }),
      true,
    );
  }
  if (!command.isEnabled) return no(refuse("disabled", { message: `${word} is switched off here.` }), true);
  if (!rights.isAllowed) {
    return no(refuse("forbidden", { message: `${word} is for ${rights.required}s and above.` }), true);
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
  standing: Standing,
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
  const calls = [{ module, handler, args: argsText ? [argsText] : [], argsText }];
  return { kind: "invoke", calls, command: null, trigger, standing, rights: null };
}

function planEvent(
  event: PlatformEvent,
  standing: Standing,
  config: ChannelConfig,
  manifests: readonly ModuleManifest[],
): Plan {
  const listeners = manifests.filter(
    (manifest) => manifest.on.includes(event.type) && isModuleEnabled(config, manifest.name),
  );
  const trigger: Trigger = { kind: "event", text: event.type };
  if (listeners.length === 0)
    return { kind: "ignore", because: "no module listens", trigger, standing, rights: null };
  const calls = listeners.map((manifest) => ({
    module: manifest.name,
    handler: "event",
    args: [],
    argsText: "",
  }));
  return { kind: "invoke", calls, command: null, trigger, standing, rights: null };
}

function isModuleEnabled(config: ChannelConfig, module: string): boolean {
  return config.modules[module]?.isEnabled ?? true;
}
