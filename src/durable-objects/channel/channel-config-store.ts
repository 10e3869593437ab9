import * as z from "zod";
import { type ChannelConfig, channelConfig } from "#contracts/channel-config";
import { command } from "#contracts/command";
import type { RegistryChange } from "#durable-objects/channel/walk";

const maxAgeMs = 300_000;
const unknownAgeMs = 60_000;

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
    if (held && this.#deps.now() - held.loadedAt < (held.config ? maxAgeMs : unknownAgeMs))
      return held.config;
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
    const config = await this.#deps.load(entityId);
    this.#keep({ loadedAt: this.#deps.now(), config });
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
