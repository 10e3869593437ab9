import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import { makeUserKey } from "#contracts/ids";
import type { Invocation, ModuleManifest } from "#contracts/module";
import type { Role } from "#contracts/role";
import { permissionsOf } from "#router/permissions";
import type { PlannedCall } from "#router/plan";

/** How long a channel waits for one module. */
export const moduleTimeMs = 3000;

export interface InvocationFacts {
  /** Derived from the event, so that every attempt carries the same. */
  id: string;
  sessionId: string;
  call: PlannedCall;
  /** As the module sees it: the text of a caused command, not of the one that caused it. */
  event: PlatformEvent;
  role: Role;
  config: ChannelConfig;
  manifests: readonly ModuleManifest[];
  now: number;
}

/** What a module is told about one event. */
export function makeInvocation({ call, event, role, config, ...facts }: InvocationFacts): Invocation {
  const manifest = facts.manifests.find(({ name }) => name === call.module);
  return {
    id: facts.id,
    sessionId: facts.sessionId,
    module: call.module,
    handler: call.handler,
    ...(call.command === undefined ? {} : { command: call.command }),
    args: call.args,
    argsText: call.argsText,
    event,
    community: config.community,
    user: {
      id: makeUserKey(event.platform, event.user.id),
      name: event.user.name,
      role,
      permissions: permissionsOf(role),
    },
    ...(manifest?.wantsCommands ? { commands: wordsOf(config) } : {}),
    settings: config.modules[call.module]?.settings ?? {},
    deadline: facts.now + moduleTimeMs,
  };
}

/** Listeners answer to no word, so no module need know them. */
function wordsOf({ commands }: ChannelConfig): ChannelConfig["commands"] {
  return commands.filter(({ triggerType }) => triggerType !== "event");
}
