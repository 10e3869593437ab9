import type { ChannelConfig } from "#contracts/channel-config";
import type { Command } from "#contracts/command";
import type { PlatformEvent } from "#contracts/event";
import { makeEffectKey, makeUserKey } from "#contracts/ids";
import type { Invocation, ModuleEffect, ModuleManifest } from "#contracts/module";
import { type Outcome, type Refusal, refuse } from "#contracts/outcome";
import { type Call, Calls, type CallsDeps, refusalKey } from "#durable-objects/channel/calls";
import { type Attempt, firstAttempt, type Handled } from "#durable-objects/channel/handled";
import { makeExecution, sessionIdOf } from "#durable-objects/channel/make-execution";
import { makeInvocation } from "#durable-objects/channel/make-invocation";
import { type Plan, type PlannedCall, type PlanState, plan } from "#router/plan";

export interface HandleDeps extends PlanState, CallsDeps {
  manifests: readonly ModuleManifest[];
  /** Takes a command's price before its module is called; the key makes a repeated call free. */
  charge(userKey: string, points: number, key: string): Promise<Outcome<null>>;
}

/** An alias may lead to an alias, five deep; one message runs at most ten commands (threats row 10). */
const maxDepth = 5;
const maxCommands = 10;

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

class Walk {
  #event: PlatformEvent;
  #config: ChannelConfig;
  #deps: HandleDeps;
  #retryCount: number;
  #startedAt: number;
  #count = 0;
  #first: Plan | undefined;
  #call: PlannedCall | undefined;
  #calls: Calls;
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
    this.#retryCount = attempt.retryCount;
    this.#calls = new Calls(deps, attempt);
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
    return Calls.inOrder(planned, (one) => this.#run(one, event, decided, depth));
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

  async #run(one: Call, event: PlatformEvent, decided: Plan, depth: number): Promise<Step[]> {
    const { call, key } = one;
    this.#call ??= call;
    if (this.#calls.isDone(key)) return [];
    if (call.target) this.#handled.opensSession = true;
    const outcome = await this.#calls.make(one, this.#makeInvocation(key, call, event, decided));
    if (!outcome.ok) {
      this.#say(outcome, true, key);
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
    return makeInvocation({
      id,
      sessionId: sessionIdOf(this.#event),
      call,
      event,
      role: standing.role,
      config: this.#config,
      manifests: this.#deps.manifests,
      now: this.#deps.now(),
    });
  }

  #say(refusal: Refusal, isSpoken: boolean, callKey?: string): void {
    this.#handled.refusal = refusal;
    if (!isSpoken || refusal.message === undefined) return;
    const key = refusalKey(
      callKey ?? makeEffectKey(this.#event.id, "router", this.#handled.responses.length),
    );
    this.#handled.responses.push({ key, response: { type: "chat", text: refusal.message, ephemeral: true } });
  }

  finish(): Handled {
    const { refusal, responses } = this.#handled;
    const execution = makeExecution({
      event: this.#event,
      config: this.#config,
      first: this.#first,
      call: this.#call,
      calls: this.#calls.records,
      retryCount: this.#retryCount,
      chain: this.#chain,
      responses,
      refusal: refusal ?? this.#calls.earlierRefusal,
      startedAt: this.#startedAt,
      finishedAt: this.#deps.now(),
    });
    const again = this.#calls.again(this.#first?.trigger.kind === "event");
    return { execution, ...this.#handled, again };
  }
}
