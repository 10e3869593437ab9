import { DurableObject } from "cloudflare:workers";
import { AsyncLocalStorage } from "node:async_hooks";
import * as z from "zod";
import { type Counts, type CountsReading, noCounts, sumCounts } from "#test/bench/counts";

/**
 * Counts what really happens in the Durable Objects of one Worker, by object: it stands between an object and its
 * storage, its callers, its modules and its database. For the bench only; the product's code is untouched below it.
 */
const byObject = new Map<string, Counts>();
/** The last statement of each object: a cursor knows how many rows it wrote only once it has been read. */
const openCursors = new Map<string, { kind: string; cursor: { rowsWritten: number } }>();
/** Objects that have set an alarm which has not come yet. */
const armed = new Set<string>();
const current = new AsyncLocalStorage<string>();

function countsOf(id: string): Counts {
  const counts = byObject.get(id) ?? noCounts();
  byObject.set(id, counts);
  return counts;
}

function settleCursor(id: string): void {
  const open = openCursors.get(id);
  openCursors.delete(id);
  if (!open || open.cursor.rowsWritten === 0) return;
  const { rows } = countsOf(id);
  rows[open.kind] = (rows[open.kind] ?? 0) + open.cursor.rowsWritten;
}

/** `INSERT seen`, `UPDATE outbox`: what a statement writes to. */
function kindOf(query: string): string {
  const [, verb = "other", table = ""] =
    /^\s*(INSERT|UPDATE|DELETE)\s+(?:INTO\s+|FROM\s+)?(\w+)/i.exec(query) ?? [];
  return `${verb} ${table}`.trim();
}

/** Puts counters before an object's storage. An alarm set is one row written (Durable Objects, Pricing). */
export function withCountedStorage(ctx: DurableObjectState): DurableObjectState {
  const id = ctx.id.toString();
  const { storage } = ctx;
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  const countedExec = (query: string, ...bindings: unknown[]) => {
    settleCursor(id);
    const cursor = exec(query, ...bindings);
    openCursors.set(id, { kind: kindOf(query), cursor });
    return cursor;
  };
  Object.defineProperty(sql, "exec", { value: countedExec });
  const put = storage.kv.put.bind(storage.kv);
  const countedPut = (name: string, value: unknown) => {
    const { rows } = countsOf(id);
    rows["PUT kv"] = (rows["PUT kv"] ?? 0) + 1;
    put(name, value);
  };
  Object.defineProperty(storage.kv, "put", { value: countedPut });
  const setAlarm = storage.setAlarm.bind(storage);
  const countedSetAlarm = (at: number | Date) => {
    const { rows } = countsOf(id);
    rows["alarm"] = (rows["alarm"] ?? 0) + 1;
    armed.add(id);
    return setAlarm(at);
  };
  Object.defineProperty(storage, "setAlarm", { value: countedSetAlarm });
  const deleteAlarm = storage.deleteAlarm.bind(storage);
  const countedDeleteAlarm = () => {
    const { rows } = countsOf(id);
    rows["alarm deleted"] = (rows["alarm deleted"] ?? 0) + 1;
    armed.delete(id);
    return deleteAlarm();
  };
  Object.defineProperty(storage, "deleteAlarm", { value: countedDeleteAlarm });
  return ctx;
}

/** The same environment with a counter before every module and the sender. */
export function withCountedServices<Env extends object>(ctx: DurableObjectState, env: Env): Env {
  const id = ctx.id.toString();
  return new Proxy(env, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof name !== "string") return value;
      if (name.startsWith("MODULE_"))
        return countedService(value, "invoke", () => countsOf(id).moduleCalls++);
      return name === "SENDER" ? countedService(value, "send", () => countsOf(id).sends++) : value;
    },
  });
}

function countedService(service: unknown, method: string, count: () => void): object {
  if (typeof service !== "object" || service === null) throw new Error("a binding is missing");
  const call = (argument: unknown) => {
    count();
    const send: unknown = Reflect.get(service, method);
    if (typeof send !== "function") throw new Error(`a binding has no ${method}`);
    return Reflect.apply(send, service, [argument]);
  };
  // Whatever else is asked of it goes through uncounted.
  const others = (name: string | symbol) => (argument: unknown) => {
    const other: unknown = Reflect.get(service, name);
    return typeof other === "function" ? Reflect.apply(other, service, [argument]) : undefined;
  };
  const has = (_: object, name: string | symbol) => name === method;
  return new Proxy({}, { has, get: (_, name) => (name === method ? call : others(name)) });
}

/** Every way into an object counts as one call: RPC, fetch, alarm, and each message or end of a socket. */
export function countCalls(counted: { prototype: object }, real: { prototype: object }): void {
  for (const name of methodsOf(real.prototype)) {
    const method: unknown = Reflect.get(real.prototype, name);
    if (typeof method !== "function") continue;
    Object.defineProperty(counted.prototype, name, {
      value(this: { ctx: DurableObjectState }, ...args: unknown[]) {
        const id = this.ctx.id.toString();
        const { calls } = countsOf(id);
        calls[name] = (calls[name] ?? 0) + 1;
        if (name === "alarm") armed.delete(id);
        return current.run(id, () => Reflect.apply(method, this, args));
      },
    });
  }
}

/** The class's own and those of its bases, as far as the runtime's. */
function methodsOf(prototype: object): string[] {
  const names = new Set<string>();
  let level: object | null = prototype;
  while (level !== null && level !== DurableObject.prototype) {
    for (const name of Object.getOwnPropertyNames(level)) names.add(name);
    level = Object.getPrototypeOf(level);
  }
  names.delete("constructor");
  return [...names];
}

const oneOrMany = z.union([z.object({ queries: z.array(z.unknown()) }), z.object({ query: z.string() })]);

/** Statements leave by fetch; the object they belong to is the one whose call is running. */
export function countStatements(): void {
  const plainFetch = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const id = current.getStore();
    const sent = typeof init?.body === "string" && id !== undefined ? parseStatements(init.body) : 0;
    if (id !== undefined) countsOf(id).statements += sent;
    return plainFetch(input, init);
  };
}

function parseStatements(body: string): number {
  try {
    const seen = oneOrMany.safeParse(JSON.parse(body)).data;
    if (!seen) return 0;
    return "queries" in seen ? seen.queries.length : 1;
  } catch {
    // Some other call with a body that is no JSON.
    return 0;
  }
}

/** What the objects with these ids have cost so far, together. */
export function readCounts(ids: readonly string[]): CountsReading {
  for (const id of ids) settleCursor(id);
  return { counts: sumCounts(ids.map(countsOf)), isWaiting: ids.some((id) => armed.has(id)), requests: {} };
}
