import * as z from "zod";
import { type WebhookAddress, webhookAddress } from "#durable-objects/webhook-target/webhook-address";

/** A change is told; this is for one that was not. */
const maxAgeMs = 60_000;
const kept = z.object({ webhookId: z.int().nullable(), address: webhookAddress.nullable() });

/** Which address this object is for: asked of Postgres, kept for when Postgres is away. */
export class AddressBook {
  #sql: SqlStorage;
  #deps: { now(): number; load(webhookId: number): Promise<WebhookAddress | null> };
  #kept: z.infer<typeof kept>;
  #loadedAt = 0;

  constructor(
    sql: SqlStorage,
    deps: { now(): number; load(webhookId: number): Promise<WebhookAddress | null> },
  ) {
    this.#sql = sql;
    this.#deps = deps;
    const row = sql.exec<{ value: string }>("SELECT value FROM kv WHERE name = 'address'").toArray()[0];
    this.#kept = (row && kept.safeParse(JSON.parse(row.value)).data) ?? { webhookId: null, address: null };
  }

  get webhookId(): number | null {
    return this.#kept.webhookId;
  }

  remember(webhookId: number): void {
    if (this.#kept.webhookId !== webhookId) this.#keep({ webhookId, address: null });
  }

  forget(): void {
    this.#loadedAt = 0;
  }

  /** Null when there is no such webhook. Throws when nobody knows: nothing is held and Postgres does not answer. */
  async get(): Promise<WebhookAddress | null> {
    const { webhookId, address } = this.#kept;
    if (webhookId === null) return null;
    if (this.#loadedAt > 0 && this.#deps.now() - this.#loadedAt < maxAgeMs) return address;
    const startedAt = this.#deps.now();
    try {
      const loaded = await this.#deps.load(webhookId);
      this.#loadedAt = startedAt;
      if (JSON.stringify(loaded) !== JSON.stringify(address)) this.#keep({ webhookId, address: loaded });
      return loaded;
    } catch (error) {
      if (address) return address;
      throw error;
    }
  }

  #keep(next: z.infer<typeof kept>): void {
    this.#kept = next;
    this.#sql.exec(
      "INSERT INTO kv VALUES ('address', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      JSON.stringify(next),
    );
  }
}
