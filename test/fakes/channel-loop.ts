import { type Command, command } from "#contracts/command";
import type { Invocation, ModuleEffect, ModuleManifest, ModuleResult } from "#contracts/module";
import type { Outcome } from "#contracts/outcome";
import type { ModuleInProcess } from "#module-kit/run-in-process";
import { anInvocation } from "#test/fakes/an-invocation";

/** What came of one chat line: what was said, or why not, and what the module asked to be run. */
export interface Turn {
  outcome: Outcome<ModuleResult>;
  /** The texts of `command.execute`, in order. The loop records them and does not run them. */
  executed: string[];
  /** What a person reads: the chat lines, or the refusal's message. */
  said: string[];
}

export interface Speaker {
  name: string;
  role?: Invocation["user"]["role"];
  permissions?: string[];
  /** For sending the same event twice. */
  eventId?: string;
}

/** As much of a channel as module tests need: a registry that modules extend, and one call for one line. */
export function makeChannelLoop(modules: readonly ModuleInProcess[], { community = 1 } = {}) {
  const registry = new Map<string, Command>();
  for (const { manifest } of modules) {
    for (const row of registryRows(manifest)) registry.set(row.prefix + row.name, row);
  }
  let events = 0;

  async function say(text: string, speaker: Speaker): Promise<Turn> {
    const [word = "", ...args] = text.trim().split(/\s+/u);
    const found = registry.get(word.toLowerCase());
    if (!found) throw new Error(`the fake channel has no command ${word}`);
    const module = modules.find(({ manifest }) => manifest.name === found.module);
    if (!module) throw new Error(`the fake channel has no module ${found.module}`);
    events += 1;
    const id = speaker.eventId ?? `twitch:m${events}/${found.module}/0`;
    const person = { id: speaker.name, login: speaker.name, name: speaker.name, badges: [] };
    const call = anInvocation({
      id,
      event: { ...anInvocation({ id }).event, user: person },
      module: found.module,
      handler: found.handler,
      command: found.name,
      args,
      community: { id: community, slug: "demo", name: "Demo" },
      argsText: text.trim().slice(word.length).trim(),
      user: {
        id: `twitch:${speaker.name}`,
        name: speaker.name,
        role: speaker.role ?? "member",
        permissions: speaker.permissions ?? [],
      },
      ...(module.manifest.wantsCommands ? { commands: [...registry.values()] } : {}),
    });
    const outcome = await module.service.invoke(call);
    const effects = outcome.ok ? outcome.value.effects : [];
    for (const effect of effects) apply(effect, found.module);
    return { outcome, executed: effects.flatMap(executedText), said: saidTexts(outcome) };
  }

  function apply(effect: ModuleEffect, module: string): void {
    if (effect.type === "command.unregister") registry.delete(effect.prefix + effect.name);
    if (effect.type !== "command.register") return;
    const { type: _, ...row } = effect;
    registry.set(row.prefix + row.name, command.parse({ ...row, module, isEnabled: true }));
  }

  return { say, commands: () => [...registry.values()] };
}

/** The rows a manifest puts into the registry: one for each command and each of its other names. */
export function registryRows(manifest: ModuleManifest): Command[] {
  return manifest.commands.flatMap((one) =>
    [one.name, ...(one.aliases ?? [])].map((name) =>
      command.parse({
        prefix: manifest.prefix,
        name,
        module: manifest.name,
        handler: one.handler,
        description: one.description,
        usage: one.usage,
        permissionLevel: one.permissionLevel,
        cooldownSeconds: one.cooldownSeconds ?? 0,
        isEnabled: true,
      }),
    ),
  );
}

function executedText(effect: ModuleEffect): string[] {
  return effect.type === "command.execute" ? [effect.text] : [];
}

function saidTexts(outcome: Outcome<ModuleResult>): string[] {
  if (!outcome.ok) return outcome.message ? [outcome.message] : [];
  return outcome.value.responses.flatMap((response) => (response.type === "chat" ? [response.text] : []));
}
