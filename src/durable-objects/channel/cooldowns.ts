import type { Command } from "#contracts/command";
import type { Role } from "#contracts/role";

/** Per person and command. A cooldown that ran out costs nothing: it is overwritten or swept. */
export class Cooldowns {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  leftMs(userKey: string, command: Command, now: number): number {
    if (command.cooldownSeconds === 0 && Object.keys(command.roleCooldowns).length === 0) return 0;
    const row = this.#sql
      .exec<{ until: number }>("SELECT until FROM cooldowns WHERE key = ?", keyOf(userKey, command))
      .toArray()[0];
    return Math.max(0, (row?.until ?? 0) - now);
  }

  start(userKey: string, role: Role, command: Command, now: number): void {
    const seconds = command.roleCooldowns[role] ?? command.cooldownSeconds;
    if (seconds === 0) return;
    this.#sql.exec(
      "INSERT INTO cooldowns VALUES (?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
      keyOf(userKey, command),
      now + seconds * 1000,
    );
  }

  sweep(now: number): void {
    this.#sql.exec("DELETE FROM cooldowns WHERE until < ?", now);
  }
}

function keyOf(userKey: string, { prefix, name }: Command): string {
  return `${prefix}${name} ${userKey}`;
}
