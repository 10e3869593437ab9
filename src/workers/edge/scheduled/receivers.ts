import { sql } from "drizzle-orm";
import type { Platform, PlatformConfig } from "#contracts/platform";
import { productVersion } from "#contracts/version";
import type { Database } from "#db/client";

export interface Receiver {
  moduleName: string;
  platform: string;
  /** Below the edge's own address, which the edge itself does not know. */
  endpointUrl: string;
  /** An offline one keeps its last heartbeat. */
  status: "active" | "offline";
}

/** Before the name of each receiver of ours, so that no collector that registers by REST takes its row. */
const prefix = "edge-";

/**
 * The receivers this deployment has: webhooks whose secrets are there, and sockets while the gateway holds them. A
 * platform that names no secret takes one of several; then any variable of its own counts. `connected` are the platforms
 * whose sockets some gateway shares now.
 */
export function configuredReceivers(
  all: Iterable<Platform>,
  config: PlatformConfig,
  connected: ReadonlySet<string>,
): Receiver[] {
  return [...all].flatMap((platform): Receiver[] => {
    const { name } = platform;
    const row = { moduleName: prefix + name, platform: name };
    if (platform.verify && hasSecrets(platform, config))
      return [{ ...row, endpointUrl: `/webhooks/${name}`, status: "active" }];
    // A platform that could also come through the gateway is not known to do so: only what has no other way counts.
    if (platform.parseFrame && !platform.verify && config["GATEWAY_KEY"])
      return [{ ...row, endpointUrl: "/gateway", status: connected.has(name) ? "active" : "offline" }];
    return [];
  });
}

function hasSecrets({ name, secrets }: Platform, config: PlatformConfig): boolean {
  if (secrets.length > 0) return secrets.every((secret) => Boolean(config[secret]));
  const own = `${name.toUpperCase().replaceAll("-", "_")}_`;
  return Object.entries(config).some(([variable, value]) => variable.startsWith(own) && value !== "");
}

/** One row a receiver (RCV-1), in one statement; receivers that are no longer configured are said to be inactive. */
export async function beatReceivers(db: Database, receivers: readonly Receiver[]): Promise<void> {
  await db.execute(sql`
    WITH now_here AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(receivers)}::jsonb)
        AS r("moduleName" text, platform text, "endpointUrl" text, status text)),
    gone AS (
      UPDATE collector_modules SET status = 'inactive', updated_at = now()
      WHERE starts_with(module_name, ${prefix}) AND status <> 'inactive'
        AND module_name NOT IN (SELECT "moduleName" FROM now_here))
    INSERT INTO collector_modules AS m
      (module_name, module_version, platform, endpoint_url, health_check_url, status, last_heartbeat)
    SELECT "moduleName", ${productVersion}, platform, "endpointUrl", '/health', status,
      CASE WHEN status = 'active' THEN now() END FROM now_here
    ON CONFLICT (module_name) DO UPDATE SET
      module_version = excluded.module_version, endpoint_url = excluded.endpoint_url, status = excluded.status,
      last_heartbeat = coalesce(excluded.last_heartbeat, m.last_heartbeat), updated_at = now()`);
}
