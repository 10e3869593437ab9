import * as z from "zod";
import type { CoordinatedEntity, CoordinationCounts, EntityFilter, NewEntity } from "#contracts/coordinator";
import { checkinRuleMs } from "#durable-objects/coordinator/rules";

const moment = z.int().nullable();
const facts = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])));

/** A row with the entity's own names for its columns, read through `columns`. */
const entityRow = z.object({
  entityId: z.string(),
  platform: z.string(),
  serverId: z.string(),
  channelId: z.string().nullable(),
  claimedBy: z.string().nullable(),
  claimedAt: moment,
  status: z.enum(["available", "live", "offline", "error"]),
  isLive: z.int().transform(Boolean),
  liveSince: moment,
  viewerCount: z.int(),
  lastActivity: moment,
  lastCheck: moment,
  lastCheckin: moment,
  claimExpires: moment,
  heartbeatIntervalSeconds: z.int(),
  errorCount: z.int(),
  lastError: z.string().nullable(),
  metadata: facts,
  priority: z.int(),
  maxContainers: z.int(),
  config: facts,
  fencing: z.int(),
});

const columns = `entity_id AS entityId, platform, server_id AS serverId, channel_id AS channelId,
  claimed_by AS claimedBy, claimed_at AS claimedAt, status, is_live AS isLive, live_since AS liveSince,
  viewer_count AS viewerCount, last_activity AS lastActivity, last_check AS lastCheck,
  last_checkin AS lastCheckin, claim_expires AS claimExpires, heartbeat_interval AS heartbeatIntervalSeconds,
  error_count AS errorCount, last_error AS lastError, metadata, priority, max_containers AS maxContainers,
  config, fencing`;

const freeRows = "claimed_by IS NULL AND status <> 'error'";
const deadline = `min(last_checkin + ${checkinRuleMs}, claim_expires)`;

/** The table of one platform's entities. Decides nothing but the order in which free ones are handed out. */
export class CoordinationStore {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get(entityId: string): CoordinatedEntity | undefined {
    return this.#select("WHERE entity_id = ?", entityId)[0];
  }

  /** Live first, then priority, then viewers, then the latest activity; the last key only makes it repeatable. */
  free(limit: number, { liveFirst, except = [] }: { liveFirst: boolean; except?: readonly string[] }) {
    const order = `${liveFirst ? "is_live DESC, " : ""}priority, viewer_count DESC, last_activity DESC, entity_id`;
    return this.#select(
      `WHERE ${freeRows} AND entity_id NOT IN (SELECT value FROM json_each(?)) ORDER BY ${order} LIMIT ?`,
      JSON.stringify(except),
      limit,
    );
  }

  heldBy(containerId: string): CoordinatedEntity[] {
    return this.#select("WHERE claimed_by = ? ORDER BY entity_id", containerId);
  }

  lapsed(now: number): CoordinatedEntity[] {
    return this.#select(`WHERE claimed_by IS NOT NULL AND ${deadline} < ?`, now);
  }

  /** Of all claims; undefined while there is none. */
  earliestDeadline(): number | undefined {
    const [row] = this.#sql
      .exec(`SELECT min(${deadline}) AS at FROM coordination WHERE claimed_by IS NOT NULL`)
      .toArray();
    const at = row?.["at"];
    return typeof at === "number" ? at : undefined;
  }

  inError(): CoordinatedEntity[] {
    return this.#select("WHERE status = 'error'");
  }

  list({ status, claimedBy, isLive, limit }: EntityFilter): CoordinatedEntity[] {
    return this.#select(
      `WHERE status = coalesce(?1, status) AND (?2 IS NULL OR claimed_by = ?2) AND is_live = coalesce(?3, is_live)
       ORDER BY entity_id LIMIT ?4`,
      status ?? null,
      claimedBy ?? null,
      isLive === undefined ? null : Number(isLive),
      limit,
    );
  }

  ids(): string[] {
    return this.#sql
      .exec<{ entity_id: string }>("SELECT entity_id FROM coordination ORDER BY entity_id")
      .toArray()
      .map(({ entity_id }) => entity_id);
  }

  counts(): CoordinationCounts {
    const row = this.#sql
      .exec(
        `SELECT count(*) AS total, count(claimed_by) AS claimed, coalesce(sum(${freeRows}), 0) AS available,
           coalesce(sum(is_live), 0) AS live, coalesce(sum(status = 'error'), 0) AS error FROM coordination`,
      )
      .one();
    const containers = this.#sql
      .exec<{ id: string; n: number }>(
        "SELECT claimed_by AS id, count(*) AS n FROM coordination WHERE claimed_by IS NOT NULL GROUP BY 1",
      )
      .toArray()
      .map(({ id, n }) => [id, n] as const);
    return { ...countsRow.parse(row), containers: Object.fromEntries(containers) };
  }

  /** How many of them were new. */
  addMissing(rows: readonly NewEntity[]): number {
    return this.#sql
      .exec(
        `INSERT INTO coordination (entity_id, platform, server_id, channel_id, priority, config)
         SELECT value ->> 'entityId', value ->> 'platform', value ->> 'serverId', value ->> 'channelId',
           value ->> 'priority', value -> 'config' FROM json_each(?) WHERE true
         ON CONFLICT DO NOTHING RETURNING 1`,
        JSON.stringify(rows),
      )
      .toArray().length;
  }

  /** Writes what can change; the identity and the settings of a row stay as `addMissing` made them. */
  save(entity: CoordinatedEntity): void {
    this.#sql.exec(
      `UPDATE coordination SET claimed_by = ?, claimed_at = ?, status = ?, is_live = ?, live_since = ?,
         viewer_count = ?, last_activity = ?, last_check = ?, last_checkin = ?, claim_expires = ?,
         error_count = ?, last_error = ?, metadata = ?, fencing = ? WHERE entity_id = ?`,
      entity.claimedBy,
      entity.claimedAt,
      entity.status,
      Number(entity.isLive),
      entity.liveSince,
      entity.viewerCount,
      entity.lastActivity,
      entity.lastCheck,
      entity.lastCheckin,
      entity.claimExpires,
      entity.errorCount,
      entity.lastError,
      JSON.stringify(entity.metadata),
      entity.fencing,
      entity.entityId,
    );
  }

  #select(rest: string, ...bindings: SqlStorageValue[]): CoordinatedEntity[] {
    const rows = this.#sql.exec(`SELECT ${columns} FROM coordination ${rest}`, ...bindings).toArray();
    return rows.map((row) => entityRow.parse(row));
  }
}

const countsRow = z.object({
  total: z.int(),
  claimed: z.int(),
  available: z.int(),
  live: z.int(),
  error: z.int(),
});
