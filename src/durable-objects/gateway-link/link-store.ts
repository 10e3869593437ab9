import * as z from "zod";
import type { GatewayDown } from "#contracts/gateway";
import { gatewayDown } from "#contracts/gateway";
import { handshakeAgeMs } from "#lib/gateway-signature";

export type Assignment = Extract<GatewayDown, { type: "assignment" }>;

/** Where a socket was when it was last heard of. */
export const linkPosition = z.object({ lastSeq: z.int(), lastEventAt: z.int().nullable() });
export type LinkPosition = z.infer<typeof linkPosition>;

/** What the link remembers without a socket. */
export class LinkStore {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** False when this nonce came before. Kept as long as its timestamp could pass: the clocks may differ both ways. */
  spendNonce(nonce: string, now: number): boolean {
    this.#sql.exec("DELETE FROM nonces WHERE seen_at < ?", now - 2 * handshakeAgeMs);
    const spent = this.#sql.exec(
      "INSERT INTO nonces VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1",
      nonce,
      now,
    );
    return spent.toArray().length > 0;
  }

  get assignment(): Assignment {
    const stored = gatewayDown.safeParse(this.#read("assignment")).data;
    return stored?.type === "assignment" ? stored : { type: "assignment", irc: [] };
  }

  set assignment(assignment: Assignment) {
    this.#write("assignment", assignment);
  }

  get position(): LinkPosition {
    return linkPosition.safeParse(this.#read("position")).data ?? { lastSeq: 0, lastEventAt: null };
  }

  set position(position: LinkPosition) {
    this.#write("position", position);
  }

  #read(name: string): unknown {
    const row = this.#sql
      .exec<{ value: string }>("SELECT value FROM facts WHERE name = ?", name)
      .toArray()[0];
    return row && JSON.parse(row.value);
  }

  #write(name: string, value: object): void {
    this.#sql.exec(
      "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      name,
      JSON.stringify(value),
    );
  }
}
