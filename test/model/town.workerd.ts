import { type Command, command } from "#contracts/command";
import type { Invocation, ModuleEffect, ModuleResult } from "#contracts/module";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SentMessage } from "#contracts/sender";
import type { Outgoing } from "#durable-objects/channel/outbox";
import type { Flush } from "#durable-objects/channel/write-flush";
import type { World } from "#test/model/language";
import { toOutcome } from "#test/model/to-contracts.workerd";

/** What is wrong on purpose, so that one sees the model notice it. */
export interface Sabotage {
  /** The key of a module call differs on every attempt. */
  retryHasNewKey?: boolean;
  /** Postgres adds a flush again when its key comes again. */
  flushCountsTwice?: boolean;
  /** What a platform put off had been said already. */
  deferredIsSaid?: boolean;
}

const said = succeed<SentMessage>({ platformMessageIds: [] });

/** Everything outside the channels, shared by all of them: modules, platforms, overlay, Postgres. It keeps the books. */
export class Town {
  now = 0;
  #world: World;
  #sabotage: Sabotage;
  #lines: string[] = [];
  #tells: { entity: string; eventId: string }[] = [];
  #calls = new Map<string, { line: string; eventId: string; about: string; answeredAt: number[] }>();
  #charged = new Set<string>();
  #putOff = new Set<string>();
  #flushes = { tries: 0, ids: new Set<string>() };
  #people = new Map<string, { messages: number; points: number }>();
  #hits = new Map<string, number>();
  #log = new Map<string, { eventId: string; code: string; retryCount: number }>();
  #aliases = new Map<string, { community: number; row: Command }>();
  #versions = new Map<number, number>();

  constructor(world: World, sabotage: Sabotage) {
    this.#world = world;
    this.#sabotage = sabotage;
  }

  registryOf(community: number | null): { aliases: Command[]; version: number } {
    const rows = [...this.#aliases.values()].filter((one) => one.community === community);
    return { aliases: rows.map(({ row }) => row), version: this.#versions.get(community ?? 0) ?? 1 };
  }

  /** The module acts under the call's key: repeating a key does nothing new. */
  hearCall({ id, module, handler, argsText, event, user }: Invocation): string {
    const eventId = bare(event.id);
    const tries = this.#calls.get(id)?.answeredAt.length ?? 0;
    const key = this.#sabotage.retryHasNewKey ? `${id}#${tries}` : id;
    const line = ["call", event.entityId, module, handler, argsText, user.id, eventId].join("|");
    const about = ["tries", eventId, module, handler].join("|");
    if (!this.#calls.has(key)) this.#calls.set(key, { line, eventId, about, answeredAt: [] });
    if (!this.#calls.has(id)) this.#calls.set(id, { line: "", eventId, about, answeredAt: [] });
    return id;
  }

  answer(
    key: string,
    { module, handler, command: word = "", argsText, user }: Invocation,
  ): Outcome<ModuleResult> {
    const answeredAt = this.#calls.get(key)?.answeredAt ?? [];
    const call = { module, handler, word, args: argsText, user: user.id };
    const outcome = toOutcome(this.#world.answer(call, answeredAt.length));
    answeredAt.push(this.now);
    return outcome;
  }

  /** An object died while it handled this event: what it was told just now, nobody knows any more. */
  forgetAnswers(eventId: string): void {
    for (const call of this.#calls.values()) {
      if (call.eventId === bare(eventId)) call.answeredAt = call.answeredAt.filter((at) => at !== this.now);
    }
  }

  charge(user: string, points: number, key: string): Outcome<null> {
    if (!this.#world.canPay(user)) return refuse("payment_required", { message: "You have too few points." });
    const eventId = bare(key.slice(0, key.indexOf("/")));
    if (!this.#charged.has(key)) this.#lines.push(["charge", user, points, eventId].join("|"));
    this.#charged.add(key);
    return succeed(null);
  }

  /** Every seventh thing said is put off once. */
  carry(body: Outgoing, bump: (community: number, version: number) => void): Outcome<SentMessage> {
    if (body.kind === "chat") return this.#hear(body.message);
    if (body.kind === "overlay" && "text" in body.response)
      this.#lines.push(`show|${body.communityId}|${body.response.text}`);
    if (body.kind === "post") this.#lines.push(describePost(body));
    if (body.kind === "registry") bump(body.communityId, this.#register(body));
    return said;
  }

  #hear({ id, entityId, text }: { id: string; entityId: string; text: string }): Outcome<SentMessage> {
    if (this.#world.isUnsayable(text)) return refuse("forbidden", { message: text });
    const isPutOff = id.length % 7 === 0 && !this.#putOff.has(id);
    this.#putOff.add(id);
    if (isPutOff && !this.#sabotage.deferredIsSaid) return refuse("rate_limited", { retryAfterMs: 1000 });
    const [eventId = ""] = id.split("/");
    if (id.endsWith("/refusal")) this.#tells.push({ entity: entityId, eventId: bare(eventId) });
    else this.#lines.push(`say|${entityId}|${text}`);
    return isPutOff ? refuse("rate_limited", { retryAfterMs: 1000 }) : said;
  }

  #register({
    communityId,
    module,
    effect,
  }: {
    communityId: number;
    module: string;
    effect: ModuleEffect;
  }): number {
    if (effect.type === "command.execute") throw new Error("not a registry change");
    const word = effect.prefix + effect.name;
    const { type, ...row } = effect;
    this.#lines.push(`word|${communityId}|${type.slice("command.".length)}|${word}`);
    if (type === "command.unregister") this.#aliases.delete(`${communityId} ${word}`);
    else {
      const parsed = command.parse({ ...row, module, isEnabled: true });
      this.#aliases.set(`${communityId} ${word}`, { community: communityId, row: parsed });
    }
    const version = (this.#versions.get(communityId) ?? 1) + 1;
    this.#versions.set(communityId, version);
    return version;
  }

  /** Of seven flushes one does not arrive and one arrives and is not acknowledged. */
  writeFlush({ id, communityId, activity, executions, ruleHits }: Flush): void {
    const turn = this.#flushes.tries++ % 7;
    if (turn === 2) throw new Error("the database is away");
    if (!this.#flushes.ids.has(id) || this.#sabotage.flushCountsTwice) {
      for (const row of activity) {
        const key = `${communityId}|${row.userKey}`;
        const sum = this.#people.get(key) ?? { messages: 0, points: 0 };
        this.#people.set(key, { messages: sum.messages + row.messages, points: sum.points + row.points });
      }
      for (const { ruleId, isShadow, hits } of ruleHits) {
        const key = `${communityId}|${ruleId}|${isShadow ? "shadow" : "real"}`;
        this.#hits.set(key, (this.#hits.get(key) ?? 0) + hits);
      }
    }
    this.#flushes.ids.add(id);
    for (const { id: row, eventId, code, retryCount } of executions) {
      if (!this.#log.has(row)) this.#log.set(row, { eventId: bare(eventId), code: code ?? "ok", retryCount });
    }
    if (turn === 5) throw new Error("the answer was lost");
  }

  addLine(line: string): void {
    this.#lines.push(line);
  }

  /** Everything that happened, in the lines of the model. */
  lines(): string[] {
    const log = [...this.#log.values()];
    const codes = new Map(log.map(({ eventId, code }) => [eventId, code]));
    const calls = [...this.#calls.values()];
    return [
      ...this.#lines,
      ...this.#tells.map(({ entity, eventId }) => `tell|${entity}|${eventId}|${codes.get(eventId)}`),
      ...calls.flatMap(({ line }) => (line ? [line] : [])),
      ...calls
        .filter(({ about, answeredAt }) => answeredAt.length > 0 && about.split("|")[2] !== "alias")
        .map(({ about, answeredAt }) => `${about}|${answeredAt.length}`),
      ...log.map(({ eventId, code, retryCount }) => `log|${eventId}|${code}|${retryCount}`),
      ...[...this.#people].map(([key, sum]) => `person|${key}|${sum.messages}|${sum.points}`),
      ...[...this.#hits].map(([key, n]) => `rule|${key}|${n}`),
    ];
  }
}

/** Without what a sabotaged inbox adds to make a re-send look new. */
export function bare(eventId: string): string {
  return eventId.split("#")[0] ?? eventId;
}

function describePost({ url, body }: Extract<Outgoing, { kind: "post" }>): string {
  const { rule_id, message_content, user, context } = JSON.parse(body);
  return `post|${url}|${rule_id}|${context.platform}:${user.id}|${message_content}`;
}
