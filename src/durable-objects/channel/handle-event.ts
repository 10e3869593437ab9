import type { ChannelConfig } from "#contracts/channel-config";
import type { Command } from "#contracts/command";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { makeEffectKey, makeUserKey } from "#contracts/ids";
import type { Invocation, ModuleEffect, ModuleManifest, ModuleResult } from "#contracts/module";
import { type Outcome, type Refusal, refuse } from "#contracts/outcome";
import type { ModuleResponse } from "#contracts/response";
import { permissionsOf } from "#router/authorize";
import { type Plan, type PlannedCall, type PlanState, plan } from "#router/plan";

export interface HandleDeps extends PlanState {
  manifests: readonly ModuleManifest[];
  now(): number;
  /** Settles within the module's deadline; never throws. */
  invoke(invocation: Invocation): Promise<Outcome<ModuleResult>>;
}

export interface KeyedResponse {
  key: string;
  response: ModuleResponse;
}

export interface RegistryChange {
  key: string;
  module: string;
  effect: Exclude<ModuleEffect, { type: "command.execute" }>;
}

/** Everything one event leads to. Nothing of it has happened yet: the channel commits it in one transaction. */
export interface Handled {
  execution: Execution;
  responses: KeyedResponse[];
  registry: RegistryChange[];
  ranCommands: { userKey: string; command: Command }[];
  /** Set when the last thing decided was a no, for whoever waits for an answer. */
  refusal: Refusal | undefined;
}

/** An alias may lead to an alias, five deep; one message runs at most ten commands (threats row 10). */
const maxDepth = 5;
const maxCommands = 10;
const moduleTimeMs = 3000;

interface Step {
  event: PlatformEvent;
  depth: number;
}

/** Walks one event through planner and modules, following the commands it causes. */
export async function handleEvent(
  event: PlatformEvent,
  config: ChannelConfig,
  deps: HandleDeps,
): Promise<Handled> {
  const walk = new Walk(event, config, deps);
  const pending: Step[] = [{ event, depth: 0 }];
  for (let step = pending.shift(); step; step = pending.shift()) {
    const caused = await walk.take(step);
    pending.unshift(...caused);
  }
  return walk.finish();
}

class Walk {
  #event: PlatformEvent;
  #config: ChannelConfig;
  #deps: HandleDeps;
  #startedAt: number;
  #calls = 0;
  #first: Plan | undefined;
  #call: PlannedCall | undefined;
  #handled: Omit<Handled, "execution"> = { responses: [], registry: [], ranCommands: [], refusal: undefined };
  #steps: Execution["steps"] = [];
  #chain: string[] = [];

  constructor(event: PlatformEvent, config: ChannelConfig, deps: HandleDeps) {
    this.#event = event;
    this.#config = config;
    this.#deps = deps;
    this.#startedAt = deps.now();
    this.#steps.push({ name: "stored and waiting", ms: Math.max(0, this.#startedAt - event.receivedAt) });
  }

  async take({ event, depth }: Step): Promise<Step[]> {
    if (depth > maxDepth || this.#calls >= maxCommands) {
      this.#say(refuse("conflict", { message: "That alias leads back to itself, so I stopped." }), true);
      return [];
    }
    const decided = plan(event, this.#config, this.#deps.manifests, this.#deps);
    this.#first ??= decided;
    if (decided.trigger.kind === "command") this.#chain.push(decided.trigger.text);
    if (decided.kind === "ignore") return [];
    if (decided.kind === "refuse") {
      this.#call ??= decided.call ?? undefined;
      // A command somebody's alias caused is answered like one they typed; a mistyped word stays silent.
      this.#say(decided.refusal, decided.isSpoken || depth > 0);
      return [];
    }
    const userKey = makeUserKey(event.platform, event.user.id);
    if (decided.command) this.#handled.ranCommands.push({ userKey, command: decided.command });
    const caused: Step[] = [];
    for (const call of decided.calls) caused.push(...(await this.#run(call, event, decided, depth)));
    return caused;
  }

  async #run(call: PlannedCall, event: PlatformEvent, decided: Plan, depth: number): Promise<Step[]> {
    this.#call ??= call;
    const id = makeEffectKey(this.#event.id, call.module, this.#calls++);
    const before = this.#deps.now();
    const outcome = await this.#deps.invoke(this.#makeInvocation(id, call, event, decided));
    this.#steps.push({ name: `${call.module} · ${call.handler}`, ms: this.#deps.now() - before });
    if (!outcome.ok) {
      this.#say(outcome, true);
      return [];
    }
    for (const [index, response] of outcome.value.responses.entries()) {
      this.#handled.responses.push({ key: `${id}/${index}`, response });
    }
    return outcome.value.effects.flatMap((effect, index) =>
      this.#absorb(effect, `${id}/e${index}`, call, event, depth),
    );
  }

  #absorb(effect: ModuleEffect, key: string, call: PlannedCall, event: PlatformEvent, depth: number): Step[] {
    if (effect.type !== "command.execute") {
      this.#handled.registry.push({ key, module: call.module, effect });
      return [];
    }
    const { text } = effect;
    if (event.type !== "chatMessage" && event.type !== "slashCommand") return [];
    return [
      { event: { ...event, text, origin: "alias", hops: Math.min(depth + 1, maxDepth) }, depth: depth + 1 },
    ];
  }

  #makeInvocation(id: string, call: PlannedCall, event: PlatformEvent, { standing }: Plan): Invocation {
    const manifest = this.#deps.manifests.find(({ name }) => name === call.module);
    return {
      id,
      sessionId: sessionIdOf(this.#event),
      module: call.module,
      handler: call.handler,
      ...(call.command === undefined ? {} : { command: call.command }),
      args: call.args,
      argsText: call.argsText,
      event,
      community: this.#config.community,
      user: {
        id: makeUserKey(event.platform, event.user.id),
        name: event.user.name,
        role: standing.role,
        permissions: permissionsOf(standing.role),
      },
      ...(manifest?.wantsCommands ? { commands: this.#config.commands } : {}),
      settings: this.#config.modules[call.module]?.settings ?? {},
      deadline: this.#deps.now() + moduleTimeMs,
    };
  }

  #say(refusal: Refusal, isSpoken: boolean): void {
    this.#handled.refusal = refusal;
    if (!isSpoken || refusal.message === undefined) return;
    const key = `${makeEffectKey(this.#event.id, "router", this.#handled.responses.length)}/refusal`;
    this.#handled.responses.push({ key, response: { type: "chat", text: refusal.message, ephemeral: true } });
  }

  finish(): Handled {
    const { refusal, responses } = this.#handled;
    const first = this.#first;
    const user = { id: makeUserKey(this.#event.platform, this.#event.user.id), name: this.#event.user.name };
    const execution: Execution = {
      id: this.#event.id,
      eventId: this.#event.id,
      entityId: this.#event.entityId,
      communityId: this.#config.community.id,
      sessionId: sessionIdOf(this.#event),
      correlationId: this.#event.correlationId,
      messageType: this.#event.type,
      user: { ...user, role: first?.standing.role ?? "member" },
      trigger: first?.trigger ?? { kind: "none", text: "" },
      rights: first?.rights ?? null,
      module: this.#call?.module ?? null,
      handler: this.#call?.handler ?? null,
      status: statusOf(first, refusal),
      code: refusal?.code ?? null,
      message: refusal?.message ?? (first?.kind === "ignore" ? first.because : null),
      steps: this.#steps,
      responses: responses.map(({ key, response }) => ({
        key,
        type: response.type,
        text: textOf(response),
        state: "new",
        platformMessageIds: [],
      })),
      chain: this.#chain,
      startedAt: this.#startedAt,
      finishedAt: this.#deps.now(),
    };
    return { execution, ...this.#handled };
  }
}

/** A session belongs to one event's conversation; opaque, at most 64 characters (90-decisions C-17). */
function sessionIdOf(event: PlatformEvent): string {
  return `sess_${event.correlationId.replaceAll("-", "").slice(0, 32)}`;
}

function statusOf(first: Plan | undefined, refusal: Refusal | undefined): Execution["status"] {
  if (!first || first.kind === "ignore") return "ignored";
  if (!refusal) return "success";
  return ["timeout", "internal", "unavailable", "unknown"].includes(refusal.code) ? "failed" : "refused";
}

function textOf(response: ModuleResponse): string {
  if ("text" in response) return response.text;
  if (response.type === "media") return response.url;
  return response.type === "form" ? response.title : response.content;
}
