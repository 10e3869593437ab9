import * as z from "zod";
import { type ConnectionReport, connectionReport } from "#contracts/gateway";
import { storedConnections, type Wishes } from "#durable-objects/gateway-link/wishes";
import { handshakeAgeMs } from "#lib/gateway-signature";

/** Where a socket was when it was last heard of. */
export const linkPosition = z.object({
  lastSeq: z.int(),
  lastEventAt: z.int().nullable(),
  /** Until when what it holds may be acted on; 0 before the first lease. */
  leaseUntil: z.int().default(0),
  /** What it has sources for. */
  platforms: z.array(z.string()).default([]),
  /** When the socket before this one ended; null before the first. */
  endedAt: z.int().nullable().default(null),
});
export type LinkPosition = z.infer<typeof linkPosition>;

const linkReport = z.object({ at: z.int(), connections: z.array(connectionReport) });
export type LinkReport = z.infer<typeof linkReport>;

const noPosition: LinkPosition = {
  lastSeq: 0,
  lastEventAt: null,
  leaseUntil: 0,
  platforms: [],
  endedAt: null,
};

/** What the link remembers without a socket. */
export class LinkStore {
  #sql: SqlStorage;
  #report: LinkReport | undefined;

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

  /** An object is not told its own name; the handshake, checked by then, tells it. */
  get gatewayId(): string {
    return z.string().parse(this.#read("gatewayId"));
  }

  set gatewayId(gatewayId: string) {
    if (this.#read("gatewayId") !== gatewayId) this.#write("gatewayId", gatewayId);
  }

  /** What there was to be connected to when the database was last asked. */
  get connections(): Wishes["connections"] {
    return storedConnections.safeParse(this.#read("connections")).data ?? {};
  }

  set connections(connections: Wishes["connections"]) {
    if (JSON.stringify(connections) !== JSON.stringify(this.connections))
      this.#write("connections", connections);
  }

  /** How the gateway's connections stand. In memory it is up to date; an object that slept knows what last changed. */
  get report(): LinkReport | null {
    this.#report ??= linkReport.safeParse(this.#read("report")).data;
    return this.#report ?? null;
  }

  /** Written when something changed: ten seconds of nothing new cost no row. */
  noteReport(connections: ConnectionReport[], at: number): void {
    const isNews = JSON.stringify(connections) !== JSON.stringify(this.report?.connections);
    this.#report = { at, connections };
    if (isNews) this.#write("report", this.#report);
  }

  get position(): LinkPosition {
    return linkPosition.safeParse(this.#read("position")).data ?? noPosition;
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

  #write(name: string, value: object | string): void {
    this.#sql.exec(
      "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      name,
      JSON.stringify(value),
    );
  }
}
