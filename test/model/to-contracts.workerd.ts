import * as z from "zod";
import type { ChannelConfig } from "#contracts/channel-config";
import { type Command, command } from "#contracts/command";
import { type PlatformEvent, platformEvent } from "#contracts/event";
import type { ModuleEffect, ModuleManifest, ModuleResult } from "#contracts/module";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { type StringRule, stringRule } from "#contracts/string-rule";
import type {
  Happening,
  ModuleAnswer,
  World,
  WorldChannel,
  WorldCommand,
  WorldRule,
} from "#test/model/language";

/** The world of the model in the bot's own words. */
export function toEvent(one: Happening, at: number): PlatformEvent {
  const { id, entity, platform, type, userId, platformRole, semanticKey, text, customId, bits } = one;
  return platformEvent.parse({
    id,
    ...(semanticKey ? { semanticKey } : {}),
    platform,
    entityId: entity,
    type,
    user: { id: userId, login: `u${userId}`, name: `U${userId}`, ...(platformRole ? { platformRole } : {}) },
    receivedAt: at,
    occurredAt: at,
    correlationId: "11111111-2222-4333-8444-555555555555",
    replyTo: { kind: "chat", platform, channel: entity },
    text,
    customId,
    bits,
    ...(type === "raid" ? { viewers: 3 } : {}),
    ...(type === "subgift" ? { count: 1 } : {}),
  });
}

export function toConfig(
  world: World,
  { entity, community: communityId, isActive }: WorldChannel,
  { aliases, version }: { aliases: readonly Command[]; version: number },
): ChannelConfig | null {
  const community = world.communities.find(({ id }) => id === communityId);
  if (!community) return null;
  const { id, disabledModules, rules, roles } = community;
  return {
    version,
    entityId: entity,
    isActive,
    community: { id, slug: `c${id}`, name: `C${id}` },
    commands: [...world.commands.map(toCommand), ...aliases],
    modules: Object.fromEntries(disabledModules.map((name) => [name, { isEnabled: false, settings: {} }])),
    roles: { ...roles },
    rules: rules.map((one) => toRule(one, id)),
    timers: [],
    webhooks: [],
    ownAccounts: [],
    entityIds: world.channels.filter((other) => other.community === id).map((other) => other.entity),
  };
}

function toCommand(row: WorldCommand): Command {
  return command.parse({
    prefix: row.word[0],
    name: row.word.slice(1),
    module: row.module,
    handler: row.handler,
    description: row.word,
    usage: row.word,
    permissionLevel: row.level,
    cooldownSeconds: row.cooldownSeconds,
    roleCooldowns: row.roleCooldowns,
    rateLimitPerMinute: row.limitPerMinute,
    pointCost: row.price,
    isEnabled: row.isEnabled,
    triggerType: row.listensTo.length > 0 ? "event" : "command",
    eventTypes: [...row.listensTo],
    priority: row.priority,
    executionMode: row.isParallel ? "parallel" : "sequential",
  });
}

function toRule(
  { id, kind, pattern, does, isShadow, priority, entities }: WorldRule,
  communityId: number,
): StringRule {
  const [word = "", ...parameters] = "text" in does ? does.text.split(" ") : [];
  return stringRule.parse({
    id,
    communityId,
    entityIds: [...entities],
    pattern: kind === "all" ? "*" : pattern,
    matchType: kind === "all" ? "contains" : kind,
    action: does.action,
    isShadow,
    priority,
    commandToExecute: does.action === "command" ? word : null,
    commandParameters: does.action === "command" ? parameters : [],
    webhookUrl: does.action === "webhook" ? does.url : null,
    warningMessage: does.action === "warn" ? does.text : null,
    blockMessage: does.action === "block" ? does.text : null,
  });
}

export function toOutcome(answer: ModuleAnswer): Outcome<ModuleResult> {
  if (!answer.ok) return refuse(answer.code, { message: `failed: ${answer.code}` });
  const effects: ModuleEffect[] = [];
  if (answer.runs) effects.push({ type: "command.execute", text: answer.runs });
  if (answer.registers) effects.push(registerEffect(answer.registers));
  if (answer.unregisters)
    effects.push({ type: "command.unregister", prefix: "!", name: answer.unregisters.slice(1) });
  const says = answer.says.map((text) => ({ type: "chat" as const, text }));
  const shows = answer.shows.map((text) => ({
    type: "ticker" as const,
    text,
    durationSeconds: 10,
    priority: 100,
  }));
  return succeed({ responses: [...says, ...shows], effects });
}

function registerEffect(word: string): ModuleEffect {
  const name = word.slice(1);
  const about = { description: name, usage: name, permissionLevel: "everyone" as const, cooldownSeconds: 0 };
  return { type: "command.register", prefix: "!", name, handler: "run", ...about };
}

/** The buttons there are, as manifests say it. */
export function toManifests(world: World): ModuleManifest[] {
  return world.buttons.map((button): ModuleManifest => {
    const [name = "", action = ""] = button.split(":");
    const facts = { title: name, description: name, version: "1.0.0", prefix: "!" as const };
    return { name, ...facts, tables: [], settings: z.object({}), commands: [], components: [action], on: [] };
  });
}
