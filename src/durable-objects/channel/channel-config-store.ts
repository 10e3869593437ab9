import * as z from "zod";
import { type ChannelConfig, channelConfig } from "#contracts/channel-config";
import { command } from "#contracts/command";
import type { RegistryChange } from "#durable-objects/channel/handled";
import { isolateMeter } from "#durable-objects/metrics/meter-post";

const maxAgeMs = 300_000;
const unknownAgeMs = 60_000;
/** An assigned role older than this counts for nothing until it was asked for again (threats row 5). */
const roleAgeMs = 60_000;

const snapshot = z.object({ loadedAt: z.int(), config: channelConfig.nullable() });
type Snapshot = z.infer<typeof snapshot>;

export interface ConfigDeps {
  /** Reads the channel's configuration from Postgres; null when nobody registered this channel. */
  load(entityId: string): Promise<ChannelConfig | null>;
  now(): number;
  /** Told when an old snapshot had to do. */
  onStale(error: unknown): void;
}

/** The channel's configuration: memory, then one SQLite row, then Postgres. 300 s is only the fallback for a lost bump. */
export class ChannelConfigStore {
  #sql: SqlStorage;
  #deps: ConfigDeps;
  #snapshot: Snapshot | undefined;
  #loading: Promise<ChannelConfig | null> | undefined;
  /** The newest version anybody told of. */
  #toldVersion = 0;
  /** Look-ups answered from the snapshot, and those that read the database (CCH-1). */
  readonly counts = { hits: 0, misses: 0 };

  constructor(sql: SqlStorage, deps: ConfigDeps) {
    this.#sql = sql;
    this.#deps = deps;
    const row = sql.exec<{ value: string }>("SELECT value FROM kv WHERE name = 'config'").toArray()[0];
    const stored = row && snapshot.safeParse(JSON.parse(row.value));
    this.#snapshot = stored?.success ? stored.data : undefined;
  }

  /** Throws only when there is no snapshot at all and Postgres does not answer. */
  async get(entityId: string): Promise<ChannelConfig | null> {
    const held = this.#snapshot;
    if (held && this.#deps.now() - held.loadedAt < (held.config ? maxAgeMs : unknownAgeMs)) {
      this.counts.hits++;
      isolateMeter.count("waddlebot_cache_hits_total", { cache: "channel_config" });
      return held.config;
    }
    return this.#refresh(entityId);
  }

  /**
   * The configuration for somebody who is about to use an assigned role. Fails closed: when a role older than a minute
   * cannot be asked for again it is left out, and what the platform itself vouches for remains.
   */
  async getForRole(entityId: string, userKey: string): Promise<ChannelConfig | null> {
    const config = await this.get(entityId);
    if (!config?.roles[userKey] || this.#roleAgeMs() < roleAgeMs) return config;
    const fresh = await this.#refresh(entityId);
    if (!fresh || this.#roleAgeMs() < roleAgeMs) return fresh;
    const { [userKey]: _stale, ...roles } = fresh.roles;
    return { ...fresh, roles };
  }

  #roleAgeMs(): number {
    return this.#deps.now() - (this.#snapshot?.loadedAt ?? 0);
  }

  async #refresh(entityId: string): Promise<ChannelConfig | null> {
    const held = this.#snapshot;
    this.#loading ??= this.#load(entityId).finally(() => {
      this.#loading = undefined;
    });
    if (!held) return this.#loading;
    try {
      return await this.#loading;
    } catch (error) {
      this.#deps.onStale(error);
      return held.config;
    }
  }

  async #load(entityId: string): Promise<ChannelConfig | null> {
    this.counts.misses++;
    isolateMeter.count("waddlebot_cache_misses_total", { cache: "channel_config" });
    let config = await this.#deps.load(entityId);
    // Told of a newer one while this one was on its way: it would hide a role that was just taken away.
    if (config && config.version < this.#toldVersion) config = await this.#deps.load(entityId);
    const isOld = config !== null && config.version < this.#toldVersion;
    this.#keep({ loadedAt: isOld ? 0 : this.#deps.now(), config });
    return config;
  }

  /** What this very channel changed holds from the next message on, before Postgres has it. */
  apply(changes: readonly RegistryChange[]): void {
    const held = this.#snapshot;
    if (!held?.config || changes.length === 0) return;
    const commands = changes.reduce(applyChange, held.config.commands);
    this.#keep({ ...held, config: { ...held.config, commands } });
  }

  /** Forgets a snapshot older than `version`. */
  bump(version: number): void {
    this.#toldVersion = Math.max(this.#toldVersion, version);
    const held = this.#snapshot;
    if (held && (held.config?.version ?? 0) < version) this.#keep({ ...held, loadedAt: 0 });
  }

  /** The community's other channels. */
  get siblings(): string[] {
    const { entityIds = [], entityId } = this.current ?? {};
    return entityIds.filter((id) => id !== entityId);
  }

  get current(): ChannelConfig | null {
    return this.#snapshot?.config ?? null;
  }

  #keep(next: Snapshot): void {
    this.#snapshot = next;
    this.#sql.exec(
      "INSERT INTO kv VALUES ('config', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      JSON.stringify(next),
    );
  }
}

function applyChange(
  commands: ChannelConfig["commands"],
  { module, effect }: RegistryChange,
): ChannelConfig["commands"] {
  const others = commands.filter((row) => row.prefix !== effect.prefix || row.name !== effect.name);
  if (effect.type === "command.unregister") return others;
  const { type: _, ...row } = effect;
  return [...others, command.parse({ ...row, module, isEnabled: true })];
}
