import type { ChannelStorage } from "#durable-objects/channel/channel";
import { channelMigrations } from "#durable-objects/channel/tables";
import { migrate } from "#durable-objects/storage/migrate";

export function migrateOnce(state: DurableObjectState): void {
  migrate(state.storage, channelMigrations);
}

/** The object's real storage; every statement's written rows are added up, an alarm counting as one. */
export function countRows(storage: DurableObjectStorage): {
  storage: ChannelStorage;
  rows(): number;
  /** Every alarm that was set; 0 where it was deleted. */
  alarms(): readonly number[];
} {
  let written = 0;
  const alarms: number[] = [];
  const sql = new Proxy(storage.sql, {
    get(target, name) {
      if (name !== "exec") return Reflect.get(target, name);
      return (query: string, ...bindings: unknown[]) => {
        const cursor = target.exec(query, ...bindings);
        const rows = cursor.toArray();
        written += cursor.rowsWritten;
        return { toArray: () => rows, one: () => rows[0], rowsWritten: cursor.rowsWritten };
      };
    },
  });
  return {
    storage: {
      sql,
      transactionSync: (run) => storage.transactionSync(run),
      setAlarm: async (at) => {
        alarms.push(at);
        written++;
      },
      deleteAlarm: async () => {
        alarms.push(0);
        written++;
      },
    },
    rows: () => written,
    alarms: () => alarms,
  };
}
