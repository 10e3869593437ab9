import { env, runInDurableObject } from "cloudflare:test";
import type { ChannelConfig } from "#contracts/channel-config";
import type { Invocation } from "#contracts/module";
import { Channel } from "#durable-objects/channel/channel";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { must } from "#lib/must";
import { migrateOnce } from "#test/fakes/storage.workerd";
import type { Happening, Step, World, WorldChannel } from "#test/model/language";
import { toConfig, toEvent, toManifests } from "#test/model/to-contracts.workerd";
import { bare, Town, type Sabotage as TownSabotage } from "#test/model/town.workerd";

export interface Sabotage extends TownSabotage {
  deliver?(one: Happening, isRepeated: boolean): Happening;
  config?(config: ChannelConfig): ChannelConfig;
  /** On the storage, whenever an object starts again. */
  atRestart?(sql: SqlStorage): void;
}

interface Life {
  storage: DurableObjectStorage;
  channel: Channel;
  work: Set<Promise<unknown>>;
  /** Resolves when the object died in the middle of a call. */
  died: Promise<void>;
  isDead: boolean;
}

interface Seat {
  channel: WorldChannel;
  stub: DurableObjectStub;
  life: Life | undefined;
  alarmAt: number | undefined;
  diesAtNextCall: Step["accident"];
  bumps: number[];
  seen: Set<string>;
}

let farms = 0;
const second = 1000;

/** The real channel code, one object with its own storage a channel, under one clock that moves by whole seconds. */
export class Farm {
  #world: World;
  #town: Town;
  #sabotage: Sabotage;
  #seats: Map<string, Seat>;

  constructor(world: World, sabotage: Sabotage = {}) {
    const farm = ++farms;
    this.#world = world;
    this.#sabotage = sabotage;
    this.#town = new Town(world, sabotage);
    const seat = (channel: WorldChannel): Seat => ({
      channel,
      stub: env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName(`farm-${farm}-${channel.entity}`)),
      life: undefined,
      alarmAt: undefined,
      diesAtNextCall: undefined,
      bumps: [],
      seen: new Set(),
    });
    this.#seats = new Map(world.channels.map((channel) => [channel.entity, seat(channel)]));
  }

  /** Plays all steps, lets a quiet time pass, and tells what happened in the lines of the model. */
  async play(steps: readonly Step[]): Promise<string[]> {
    this.#town.now = steps[0]?.at ?? 0;
    for (const step of steps) {
      while (this.#town.now < step.at) await this.#passSecond();
      await this.#perform(step);
    }
    // Promise N2: 60 s after the faults stop nothing waits any more.
    for (let quiet = 0; quiet < 60; quiet++) await this.#passSecond();
    for (const seat of this.#seats.values()) await this.#close(seat);
    return this.#town.lines();
  }

  async #passSecond(): Promise<void> {
    this.#town.now += second;
    for (const seat of this.#seats.values()) {
      if (seat.alarmAt === undefined || seat.alarmAt > this.#town.now) continue;
      seat.alarmAt = undefined;
      await this.#enter(seat, (channel) => channel.wake());
    }
  }

  async #perform({ entity, happenings, accident }: Step): Promise<void> {
    const seat = must(this.#seats.get(entity), "seat");
    if (accident === "restart") seat.life = undefined;
    else seat.diesAtNextCall = accident;
    const events = happenings.map((one) => {
      const isRepeated = seat.seen.has(one.semanticKey ?? one.id) || seat.seen.has(one.id);
      seat.seen.add(one.id).add(one.semanticKey ?? one.id);
      return toEvent(this.#sabotage.deliver?.(one, isRepeated) ?? one, this.#town.now);
    });
    await this.#enter(seat, async (channel) => {
      await channel.accept(entity, events);
    });
  }

  /** Does something inside the channel's object and waits until all that follows is done, deaths included. */
  async #enter(seat: Seat, act: (channel: Channel) => Promise<void>): Promise<void> {
    await runInDurableObject(seat.stub, async (_, state) => {
      const life = this.#liveOn(seat, state);
      for (const version of seat.bumps.splice(0)) life.channel.bumpConfig(version);
      track(life.work, act(life.channel));
      await settle(life);
      while (seat.life?.isDead) {
        // The alarm of the next life comes for what this one left behind.
        seat.life = undefined;
        const next = this.#liveOn(seat, state);
        track(next.work, next.channel.wake());
        await settle(next);
      }
    });
  }

  #liveOn(seat: Seat, state: DurableObjectState): Life {
    // An object the runtime itself put out of memory meanwhile has other storage to be reached by.
    if (seat.life?.storage === state.storage) return seat.life;
    migrateOnce(state);
    this.#sabotage.atRestart?.(state.storage.sql);
    const work = new Set<Promise<unknown>>();
    let die = () => {};
    const died = new Promise<void>((resolve) => {
      die = resolve;
    });
    const storage = {
      sql: state.storage.sql,
      transactionSync: <T>(run: () => T) => state.storage.transactionSync(run),
      setAlarm: async (at: number) => {
        seat.alarmAt = at;
      },
      deleteAlarm: async () => {
        seat.alarmAt = undefined;
      },
    };
    const onDeath = () => {
      life.isDead = true;
      die();
    };
    const channel = new Channel(storage, this.#depsOf(seat, onDeath), (promise) => track(work, promise));
    const life: Life = { storage: state.storage, channel, work, died, isDead: false };
    seat.life = life;
    return life;
  }

  #depsOf(seat: Seat, onDeath: () => void): ChannelDeps {
    const town = this.#town;
    const { channel } = seat;
    let isDead = false;
    return {
      now: () => town.now,
      newId: () => crypto.randomUUID(),
      log: () => undefined,
      manifests: toManifests(this.#world),
      invoke: async (invocation: Invocation) => {
        // Who is dead starts nothing more, not even what ran beside.
        if (isDead) return new Promise(() => undefined);
        const accident = seat.diesAtNextCall;
        seat.diesAtNextCall = undefined;
        const key = accident === "dies before the module" ? "" : town.hearCall(invocation);
        if (accident === undefined) return town.answer(key, invocation);
        town.forgetAnswers(invocation.event.id);
        isDead = true;
        onDeath();
        return new Promise(() => undefined);
      },
      moduleHealth: () => [],
      charge: async ({ userKey, points, key }) => town.charge(userKey, points, key),
      loadConfig: async () => {
        const config = toConfig(this.#world, channel, town.registryOf(channel.community));
        return config && (this.#sabotage.config?.(config) ?? config);
      },
      writeFlush: async (flush) => town.writeFlush(flush),
      carry: async (body, siblings) =>
        town.carry(body, (_, version) => {
          for (const sibling of siblings) this.#seats.get(sibling)?.bumps.push(version);
        }),
      isResendSafe: async () => false,
      tellFeed: async () => false,
      showLines: async () => undefined,
    };
  }

  async #close(seat: Seat): Promise<void> {
    const { entity } = seat.channel;
    await this.#enter(seat, async ({ desk }) => {
      for (const { stream, depth, pending } of desk.queueStats()) {
        if (depth + pending > 0) this.#town.addLine(`stuck|${entity}|${stream}|${depth}|${pending}`);
      }
      for (const { kind, eventId, attempts, error } of desk.deadLetters({ limit: 10_000 })) {
        this.#town.addLine(
          kind === "send" ? `unsaid|${entity}|${error}` : `dead|${entity}|${bare(eventId)}|${attempts}`,
        );
      }
    });
  }
}

function track(work: Set<Promise<unknown>>, promise: Promise<unknown>): void {
  const tracked: Promise<unknown> = promise.finally(() => work.delete(tracked));
  work.add(tracked);
}

async function settle({ work, died }: Life): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet++) {
    while (work.size > 0) {
      const all = Promise.allSettled([...work]).then(() => "done" as const);
      if ((await Promise.race([all, died.then(() => "died" as const)])) === "died") break;
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
