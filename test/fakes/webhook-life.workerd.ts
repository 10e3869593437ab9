import { env, runInDurableObject } from "cloudflare:test";
import { type Outcome, succeed } from "#contracts/outcome";
import type { WebhookMessage } from "#contracts/outgoing-webhook";
import { migrate } from "#durable-objects/storage/migrate";
import type { WebhookAnswer, WebhookPost } from "#durable-objects/webhook-target/attempt";
import { ownMessage } from "#durable-objects/webhook-target/make-message";
import { webhookTargetMigrations } from "#durable-objects/webhook-target/tables";
import type { WebhookAddress } from "#durable-objects/webhook-target/webhook-address";
import { WebhookTarget, type WebhookTargetDeps } from "#durable-objects/webhook-target/webhook-target";
import type { LogEntry } from "#lib/log";

/** Epoch milliseconds when every life begins. */
export const start = 1_800_000_000_000;
export const minute = 60_000;
export const day = 86_400_000;
let objects = 0;

/** One life of an address's object and the world around it. */
export type Life = ReturnType<typeof live>;

/** One address's queue on real storage; the address answers what the test says. */
export function withTarget(run: (life: Life) => Promise<void>): Promise<void> {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName(`webhook-${++objects}`));
  return runInDurableObject(stub, (_, state) => {
    migrate(state.storage, webhookTargetMigrations);
    return run(live(state));
  });
}

function live(state: DurableObjectState, changes: Partial<WebhookTargetDeps> = {}) {
  const clock = { now: start };
  const posts: (WebhookPost & { at: number })[] = [];
  const logs: LogEntry[] = [];
  const disabled: string[] = [];
  const alarms: number[] = [];
  const world: { address: WebhookAddress | null; respond: () => ReturnType<WebhookTargetDeps["post"]> } = {
    address: anAddress(),
    respond: async () => answer(200),
  };
  const deps: WebhookTargetDeps = {
    now: () => clock.now,
    random: () => 0.5,
    log: (entry) => logs.push(entry),
    load: async () => world.address,
    post: async (request) => {
      posts.push({ ...request, at: clock.now });
      return world.respond();
    },
    keyOf: (id, number) => `whsec_${btoa(`${id}/${number}`)}`,
    disable: async (_, because) => {
      disabled.push(because);
      if (world.address) world.address = { ...world.address, isEnabled: false };
    },
    ...changes,
  };
  const work: Promise<unknown>[] = [];
  const { sql } = state.storage;
  const storage = {
    sql,
    transactionSync: <T>(run: () => T) => state.storage.transactionSync(run),
    setAlarm: async (at: number) => void alarms.push(at),
  };
  const target = new WebhookTarget(storage, deps, (promise) => work.push(promise));
  const settled = async () => {
    for (let at = 0; at < work.length; at++) await work[at];
  };
  return {
    target,
    clock,
    posts,
    logs,
    disabled,
    alarms,
    world,
    settled,
    sql,
    restart: (more: Partial<WebhookTargetDeps> = {}) => live(state, { ...changes, ...more }),
  };
}

/** A webhook that is on and verified. */
export function anAddress(facts: Partial<WebhookAddress> = {}): WebhookAddress {
  const url = "https://hook.example/";
  return { id: 1, communityId: 2, url, isEnabled: true, keyNumber: 1, previousKeyUntil: null, ...facts };
}

/** What the address says. */
export function answer(status: number, headers: Record<string, string> = {}): Outcome<WebhookAnswer> {
  return succeed({ status, headers, body: "" });
}

/** So many different messages; the same again for the same `of`. */
export function messages(count: number, of = "event"): WebhookMessage[] {
  return Array.from({ length: count }, (_, index) =>
    ownMessage("webhook.test", `${of} ${index}`, start, { index }),
  );
}

/** Every alarm rings at its moment. */
export async function passTime(life: Life, ms: number): Promise<void> {
  const until = life.clock.now + ms;
  for (let at = life.alarms.at(-1); at !== undefined && at <= until; at = life.alarms.at(-1)) {
    life.clock.now = Math.max(at, life.clock.now);
    await life.target.wake();
    if (life.alarms.at(-1) === at) break;
  }
  life.clock.now = until;
}

/** Newest first. */
export const states = ({ target }: Life) => target.deliveries({ limit: 200 }).map(({ state }) => state);
