import pg from "pg";
import { parseEntityId } from "#contracts/ids";
import type { ModuleManifest } from "#contracts/module";
import type { Role } from "#contracts/role";
import { sha256Hex } from "#lib/sha256";
import { manifests } from "#modules/manifests";

/** Chat of a demo community: one channel on one platform, with who is who there. */
export interface SetupChannel {
  entityId: string;
  channelName: string;
  viewers: readonly { userKey: string; role: Role }[];
}

export interface SetupFacts {
  databaseUrl: string;
  channels: readonly SetupChannel[];
  /** Kept by the caller; only hashes reach the database. */
  overlayTokens: Readonly<Record<string, string>>;
  /** EventSub types the demo channel subscribes to. */
  twitchSubscriptions: readonly { type: string; version: string; broadcasterUserId: string }[];
}

const globalCommunity = { id: 1, slug: "waddlebot-global", name: "WaddleBot Global" };
const demoCommunity = { id: 2, slug: "demo", name: "The Waddle Inn" };

/** Writes registry, demo community and overlay tokens in one transaction. Running it again changes nothing. */
export async function setUp(facts: SetupFacts): Promise<void> {
  const client = new pg.Client({ connectionString: facts.databaseUrl });
  // A lost connection also rejects the query; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("BEGIN");
    await syncRegistry(client, manifests);
    await seedCommunities(client);
    for (const channel of facts.channels) await seedChannel(client, channel);
    for (const [type, token] of Object.entries(facts.overlayTokens))
      await seedOverlayToken(client, type, token);
    for (const { type, version, broadcasterUserId } of facts.twitchSubscriptions) {
      await client.query(
        "INSERT INTO twitch_subscriptions (type, version, broadcaster_user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [type, version, broadcasterUserId],
      );
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    await client.end();
  }
}

/** The global command rows are exactly what the manifests say; a community's own rows stay. */
async function syncRegistry(client: pg.Client, modules: readonly ModuleManifest[]): Promise<void> {
  const rows = modules.flatMap(registryRows);
  await client.query("DELETE FROM commands WHERE community_id IS NULL AND NOT (prefix || name = ANY ($1))", [
    rows.map(({ prefix, name }) => prefix + name),
  ]);
  await client.query(
    `INSERT INTO commands (prefix, name, module, handler, description, usage, permission_level, cooldown_seconds,
       trigger_type, event_types)
     SELECT prefix, name, module, handler, description, usage, permission_level, cooldown_seconds, trigger_type, event_types
     FROM jsonb_to_recordset($1::jsonb) AS r(prefix text, name text, module text, handler text, description text,
       usage text, permission_level text, cooldown_seconds int, trigger_type text, event_types text[])
     ON CONFLICT (coalesce(community_id, 0), prefix, name) DO UPDATE SET module = excluded.module,
       handler = excluded.handler, description = excluded.description, usage = excluded.usage,
       permission_level = excluded.permission_level, cooldown_seconds = excluded.cooldown_seconds,
       trigger_type = excluded.trigger_type, event_types = excluded.event_types`,
    [JSON.stringify(rows)],
  );
}

/** One registry row for each name a manifest gives a command, and one for the events it listens to. */
export function registryRows(manifest: ModuleManifest) {
  const common = { prefix: manifest.prefix, module: manifest.name };
  const words = manifest.commands.flatMap((command) =>
    [command.name, ...(command.aliases ?? [])].map((name) => ({
      ...common,
      name,
      handler: command.handler,
      description: command.description,
      usage: command.usage,
      permission_level: command.permissionLevel,
      cooldown_seconds: command.cooldownSeconds ?? 0,
      trigger_type: "command",
      event_types: [] as string[],
    })),
  );
  if (manifest.on.length === 0) return words;
  const listener = {
    ...common,
    name: `on:${manifest.name}`,
    handler: "event",
    description: manifest.description,
    usage: `on:${manifest.name}`,
    permission_level: "everyone",
    cooldown_seconds: 0,
    trigger_type: "event",
    event_types: [...manifest.on],
  };
  return [...words, listener];
}

async function seedCommunities(client: pg.Client): Promise<void> {
  for (const { id, slug, name } of [globalCommunity, demoCommunity]) {
    await client.query(
      "INSERT INTO communities (id, slug, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
      [id, slug, name],
    );
  }
  // The ids above are explicit, so the sequence must be told where to go on.
  await client.query(
    "SELECT setval(pg_get_serial_sequence('communities', 'id'), (SELECT max(id) FROM communities))",
  );
}

async function seedChannel(
  client: pg.Client,
  { entityId, channelName, viewers }: SetupChannel,
): Promise<void> {
  const parts = parseEntityId(entityId);
  if (!parts) throw new Error(`not an entity id: ${entityId}`);
  await client.query(
    `INSERT INTO servers (entity_id, community_id, platform, server_id, channel, config)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [
      entityId,
      demoCommunity.id,
      parts.platform,
      parts.server,
      parts.channel ?? null,
      JSON.stringify({ name: channelName }),
    ],
  );
  for (const { userKey, role } of viewers.filter((viewer) => viewer.role !== "member")) {
    await client.query(
      "INSERT INTO community_rbac (community_id, user_key, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
      [demoCommunity.id, userKey, role],
    );
  }
}

async function seedOverlayToken(client: pg.Client, type: string, token: string): Promise<void> {
  await client.query(
    "INSERT INTO overlay_tokens (token_hash, community_id, type) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    [await sha256Hex(token), demoCommunity.id, type],
  );
}
