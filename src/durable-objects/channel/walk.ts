import type { ChannelConfig } from "#contracts/channel-config";
import type { Command } from "#contracts/command";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { makeEffectKey, makeUserKey } from "#contracts/ids";
import type { Invocation, ModuleEffect, ModuleManifest, ModuleResult } from "#contracts/module";
import { type Outcome, type Refusal, refuse } from "#contracts/outcome";
import type { ModuleResponse } from "#contracts/response";
import type { Role } from "#contracts/role";
import { makeExecution, sessionIdOf } from "#durable-objects/channel/make-execution";
import { permissionsOf } from "#router/permissions";
import { type Plan, type PlannedCall, type PlanState, plan } from "#router/plan";

export interface HandleDeps extends PlanState {
  manifests: readonly ModuleManifest[];
  now(): number;
  /** Settles within the module's deadline; never throws. */
  invoke(invocation: Invocation, call: PlannedCall): Promise<Outcome<ModuleResult>>;
  /** Takes a command's price before its module is called; the key makes a repeated call free. */
  charge(userKey: string, points: number, key: string): Promise<Outcome<null>>;
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

export type CallRecord = Execution["calls"][number];

/** Everything one event leads to. Nothing of it has happened yet: the channel commits it in one transaction. */
export interface Handled {
  execution: Execution;
  responses: KeyedResponse[];
  registry: RegistryChange[];
  ranCommands: { userKey: string; role: Role; command: Command }[];
  /** A session was asked for, or a module outside may answer later. */
  opensSession: boolean;
  /** A rule's webhook, to be posted. */
  posts: { key: string; url: string; headers: Record<string, string>; body: unknown }[];
  /** Set when the last thing decided was a no, for whoever waits for an answer. */
  refusal: Refusal | undefined;
  /** Set when trying again may help: a time-out, a 429, a lost connection. `done` calls are not repeated. */
  again: { refusal: Refusal; done: CallRecord[] } | undefined;
}

/** What an earlier attempt at the same event already did. */
export interface Attempt {
  retryCount: number;
  done: readonly CallRecord[];
}

export const firstAttempt: Attempt = { retryCount: 0, done: [] };

/** An alias may lead to an alias, five deep; one message runs at most ten commands (threats row 10). */
const maxDepth = 5;
const maxCommands = 10;
const moduleTimeMs = 3000;
const transient = new Set<string>(["timeout", "rate_limited", "unavailable"]);

interface Step {
  event: PlatformEvent;
  depth: number;
}

/** Walks one event through planner and modules, following the commands it causes. */
export async function handleEvent(
  event: PlatformEvent,
  config: ChannelConfig,
  deps: HandleDeps,
  attempt: Attempt = firstAttempt,
): Promise<Handled> {
  const walk = new Walk(event, config, deps, attempt);
  const pending: Step[] = [{ event, depth: 0 }];
  for (let step = pending.shift(); step; step = pending.shift()) pending.unshift(...(await walk.take(step)));
  return walk.finish();
}

/** Listeners answer to no word, so no module need know them. */
function wordsOf({ commands }: ChannelConfig): Command[] {
  return commands.filter(({ triggerType }) => triggerType !== "event");
}

class Walk {
  #event: PlatformEvent;
  #config: ChannelConfig;
  #deps: HandleDeps;
  #attempt: Attempt;
  #startedAt: number;
  #count = 0;
  #first: Plan | undefined;
  #call: PlannedCall | undefined;
  #calls: CallRecord[] = [];
  #again: Refusal | undefined;
  #chain: string[] = [];
  #handled: Omit<Handled, "execution" | "again"> = {
    responses: [],
    registry: [],
    ranCommands: [],
    posts: [],
    opensSession: false,
    refusal: undefined,
  };

  constructor(event: PlatformEvent, config: ChannelConfig, deps: HandleDeps, attempt: Attempt) {
    this.#event = event;
    this.#config = config;
    this.#deps = deps;
    this.#attempt = attempt;
    this.#startedAt = deps.now();
  }

  async take({ event, depth }: Step): Promise<Step[]> {
    if (depth > maxDepth || this.#count >= maxCommands) {
      this.#say(refuse("conflict", { message: "That alias leads back to itself, so I stopped." }), true);
      return [];
    }
    const decided = plan(event, this.#config, this.#deps.manifests, this.#deps);
    this.#first ??= decided;
    if (decided.trigger.kind === "command") this.#chain.push(decided.trigger.text);
    switch (decided.kind) {
      case "ignore":
        return [];
      case "refuse":
        this.#call ??= decided.call ?? undefined;
        // A command somebody's alias caused is answered like one they typed; a mistyped word stays silent.
        this.#say(decided.refusal, decided.isSpoken || depth > 0);
        return [];
      case "rule":
        return this.#obeyRule(decided.verdict.hit.outcome, event, depth);
      case "invoke":
        return this.#invokeAll(decided, event, depth);
    }
  }

  #obeyRule(
    outcome: Extract<Plan, { kind: "rule" }>["verdict"]["hit"]["outcome"],
    event: PlatformEvent,
    depth: number,
  ): Step[] {
    const key = makeEffectKey(this.#event.id, "rules", this.#count++);
    if (outcome.kind === "command") return this.#cause(outcome.text, event, depth, "rule");
    if (outcome.kind === "webhook") {
      const { url, headers, body } = outcome;
      this.#handled.posts.push({ key, url, headers, body });
      return [];
    }
    this.#handled.responses.push({ key: `${key}/0`, response: { type: "chat", text: outcome.text } });
    return [];
  }

  async #invokeAll(
    decided: Extract<Plan, { kind: "invoke" }>,
    event: PlatformEvent,
    depth: number,
  ): Promise<Step[]> {
    const userKey = makeUserKey(event.platform, event.user.id);
    if (decided.command && !(await this.#pay(decided.command, userKey))) return [];
    if (decided.command)
      this.#handled.ranCommands.push({ userKey, role: decided.standing.role, command: decided.command });
    const planned = decided.calls.map((call) => ({
      call,
      key: makeEffectKey(this.#event.id, call.module, this.#count++),
    }));
    const run = ({ call, key }: (typeof planned)[number]) => this.#run(call, key, event, decided, depth);
    // Parallel ones start at once; the sequential ones take their turns meanwhile.
    const beside = Promise.all(planned.filter(({ call }) => call.mode === "parallel").map(run));
    const caused: Step[] = [];
    for (const one of planned.filter(({ call }) => call.mode === "sequential"))
      caused.push(...(await run(one)));
    return [...caused, ...(await beside).flat()];
  }

  async #pay({ pointCost }: Command, userKey: string): Promise<boolean> {
    if (pointCost === 0) return true;
    const paid = await this.#deps.charge(
      userKey,
      pointCost,
      makeEffectKey(this.#event.id, "price", this.#count),
    );
    if (!paid.ok) this.#say(paid, true);
    return paid.ok;
  }

  async #run(
    call: PlannedCall,
    key: string,
    event: PlatformEvent,
    decided: Plan,
    depth: number,
  ): Promise<Step[]> {
    this.#call ??= call;
    if (this.#attempt.done.some((record) => record.key === key)) return [];
    if (call.target) this.#handled.opensSession = true;
    const startedAt = this.#deps.now();
    const outcome = await this.#deps.invoke(this.#makeInvocation(key, call, event, decided), call);
    const { module, handler, mode } = call;
    const result = outcome.ok ? "success" : outcome.code;
    this.#calls.push({
      key,
      module,
      handler,
      mode,
      outcome: result,
      startedAt,
      finishedAt: this.#deps.now(),
    });
    if (!outcome.ok) {
      if (transient.has(outcome.code)) this.#again = outcome;
      this.#say(outcome, true);
      return [];
    }
    for (const [index, response] of outcome.value.responses.entries()) {
      this.#handled.responses.push({ key: `${key}/${index}`, response });
    }
    return outcome.value.effects.flatMap((effect, index) =>
      this.#absorb(effect, `${key}/e${index}`, call, event, depth),
    );
  }

  #absorb(effect: ModuleEffect, key: string, call: PlannedCall, event: PlatformEvent, depth: number): Step[] {
    if (effect.type === "command.execute") return this.#cause(effect.text, event, depth, "alias");
    this.#handled.registry.push({ key, module: call.module, effect });
    return [];
  }

  /** The text runs as if the same person had typed it. */
  #cause(text: string, event: PlatformEvent, depth: number, origin: "alias" | "rule"): Step[] {
    if (!("text" in event)) return [];
    const hops = Math.min(depth + 1, maxDepth);
    // What a rule started stays the rule's, however many aliases it passes, so that no rule meets it again.
    return [
      {
        event: { ...event, text, origin: event.origin === "rule" ? "rule" : origin, hops },
        depth: depth + 1,
      },
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
      ...(manifest?.wantsCommands ? { commands: wordsOf(this.#config) } : {}),
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
    const done = [...this.#attempt.done, ...this.#calls.filter(({ outcome }) => outcome === "success")];
    const again = this.#again && {
      refusal: this.#again,
      done: this.#first?.trigger.kind === "event" ? done : [],
    };
    const execution = makeExecution({
      event: this.#event,
      config: this.#config,
      first: this.#first,
      call: this.#call,
      calls: [...this.#attempt.done, ...this.#calls],
      retryCount: this.#attempt.retryCount,
      chain: this.#chain,
      responses: this.#handled.responses,
      refusal: this.#handled.refusal,
      startedAt: this.#startedAt,
      finishedAt: this.#deps.now(),
    });
    return { execution, ...this.#handled, again };
  }
}
