import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { SealedPasswords } from "#contracts/gateway-service";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";
import { type NetworkRow, networkRow } from "#workers/api/networks/network-fields";

/** So many networks one community may keep. */
export const networksPerCommunity = 10;

/** All of a network but who it is and its passwords. */
export type NetworkSettings = Pick<
  NetworkRow,
  | "port"
  | "tls"
  | "ca"
  | "nick"
  | "flavour"
  | "poll_seconds"
  | "burst_lines"
  | "lines_per_second"
  | "sasl_account"
  | "is_active"
  | "is_trusted"
>;

interface Change {
  communityId: number;
  by: AuditActor;
}

const kept = z.array(z.object({ row: networkRow, channels: z.array(z.string()) }));
export type KeptNetwork = z.infer<typeof kept>[number];

/** The house's networks carry everybody's channels, a community's its own alone (docs/decisions/0028). */
export async function listNetworks(
  db: Database,
  { communityId, host }: { communityId: number; host?: string },
): Promise<KeptNetwork[]> {
  const named = host === undefined ? sql`true` : sql`n.host = ${host}`;
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(n) AS row, (
      SELECT coalesce(jsonb_agg(s.channel ORDER BY s.channel), '[]'::jsonb) FROM servers s
      WHERE s.platform = 'irc' AND s.server_id = n.host AND s.is_active AND s.channel IS NOT NULL
        AND (n.community_id = ${globalCommunityId} OR s.community_id = n.community_id)) AS channels
    FROM gateway_networks n WHERE n.community_id = ${communityId} AND ${named} ORDER BY n.host`);
  return kept.parse(rows);
}

/** `taken` where the house or another community has this host, `full` when the community has its number. */
export async function createNetwork(
  db: Database,
  host: string,
  { settings, sealed }: { settings: NetworkSettings; sealed: SealedPasswords },
  { communityId, by }: Change,
): Promise<NetworkRow | "taken" | "full"> {
  const s = settings;
  const lock = db.execute(sql`SELECT 1 FROM communities WHERE id = ${communityId} FOR UPDATE`);
  const insert = db.execute(sql`
    WITH held AS (
      SELECT count(*) >= ${networksPerCommunity} AS is_full FROM gateway_networks WHERE community_id = ${communityId}),
    changed AS (
      INSERT INTO gateway_networks (host, community_id, port, tls, ca, nick, flavour, poll_seconds, burst_lines,
        lines_per_second, sasl_account, sasl_password_enc, password_enc, is_active, is_trusted)
      SELECT ${host}, ${communityId}::int, ${s.port}::int, ${s.tls}::boolean, ${s.ca}, ${s.nick}, ${s.flavour},
        ${s.poll_seconds}::int, ${s.burst_lines}::int, ${s.lines_per_second}::real, ${s.sasl_account},
        ${sealed.saslPassword}, ${sealed.password}, ${s.is_active}::boolean, ${s.is_trusted}::boolean
      FROM held WHERE NOT held.is_full ON CONFLICT (host) DO NOTHING RETURNING *),
    noted AS (${note("irc_network.create", { communityId, by })})
    SELECT (SELECT to_jsonb(changed) FROM changed) AS row, held.is_full FROM held`);
  const [, { rows }] = await db.batch([lock, insert]);
  const [{ row, is_full }] = z
    .tuple([z.object({ row: networkRow.nullable(), is_full: z.boolean() })])
    .parse(rows);
  if (row) return row;
  return is_full ? "full" : "taken";
}

/** The whole of it as it is to be, if it still has this version. */
export async function updateNetwork(
  db: Database,
  { host, version }: Pick<NetworkRow, "host" | "version">,
  { settings, sealed }: { settings: NetworkSettings; sealed: SealedPasswords },
  { communityId, by }: Change,
): Promise<NetworkRow | "stale"> {
  const s = settings;
  const before = sql`(SELECT ${shown(sql`o`)} FROM gateway_networks o WHERE o.host = changed.host)`;
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE gateway_networks SET port = ${s.port}::int, tls = ${s.tls}::boolean, ca = ${s.ca}, nick = ${s.nick},
        flavour = ${s.flavour}, poll_seconds = ${s.poll_seconds}::int, burst_lines = ${s.burst_lines}::int,
        lines_per_second = ${s.lines_per_second}::real, sasl_account = ${s.sasl_account},
        sasl_password_enc = ${sealed.saslPassword}, password_enc = ${sealed.password},
        is_active = ${s.is_active}::boolean, is_trusted = ${s.is_trusted}::boolean,
        version = version + 1, updated_at = now()
      WHERE host = ${host} AND community_id = ${communityId} AND version = ${version} RETURNING *),
    noted AS (${note("irc_network.update", { communityId, by }, before)})
    SELECT to_jsonb(changed) AS row FROM changed`);
  return first(rows) ?? "stale";
}

export async function removeNetwork(
  db: Database,
  { host, version }: { host: string; version: number | undefined },
  { communityId, by }: Change,
): Promise<NetworkRow | undefined> {
  const seen = version === undefined ? sql`true` : sql`version = ${version}`;
  const { rows } = await db.execute(sql`
    WITH changed AS (
      DELETE FROM gateway_networks WHERE host = ${host} AND community_id = ${communityId} AND ${seen} RETURNING *),
    noted AS (${noteRemoval({ communityId, by })})
    SELECT to_jsonb(changed) AS row FROM changed`);
  return first(rows);
}

function first(rows: unknown[]): NetworkRow | undefined {
  return z
    .array(z.object({ row: networkRow }))
    .parse(rows)
    .map(({ row }) => row)[0];
}

/** Of passwords the log says whether there is one, never the ciphertext. */
function shown(source: SQL): SQL {
  return sql`to_jsonb(${source}) - 'password_enc' - 'sasl_password_enc'
    || jsonb_build_object('has_password', ${source}.password_enc IS NOT NULL)`;
}

function noteRemoval({ communityId, by }: Change): SQL {
  return noteChange(
    {
      action: "irc_network.delete",
      resourceType: "irc_network",
      source: sql`changed`,
      resourceId: sql`changed.host`,
      communityId: sql`${communityId}`,
      before: shown(sql`changed`),
    },
    by,
  );
}

function note(action: string, { communityId, by }: Change, before?: SQL): SQL {
  return noteChange(
    {
      action,
      resourceType: "irc_network",
      source: sql`changed`,
      resourceId: sql`changed.host`,
      communityId: sql`${communityId}`,
      after: shown(sql`changed`),
      ...(before && { before }),
    },
    by,
  );
}
