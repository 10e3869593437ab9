import * as z from "zod";
import { type CommandTarget, commandTarget } from "#contracts/command";
import type { ModuleManifest } from "#contracts/module";
import type { NewCommand, ShownCommand, ShownTarget } from "#workers/api/router/command-schemas";
import type { FieldProblem } from "#workers/shared/envelope";

/** A row of `commands` as Postgres writes it in JSON. */
export const commandRow = z.object({
  id: z.int(),
  community_id: z.int().nullable(),
  prefix: z.string(),
  name: z.string(),
  module: z.string(),
  handler: z.string(),
  description: z.string(),
  usage: z.string(),
  category: z.string(),
  permission_level: z.string(),
  cooldown_seconds: z.int(),
  role_cooldowns: z.record(z.string(), z.int()),
  rate_limit_per_minute: z.int(),
  point_cost: z.int(),
  is_enabled: z.boolean(),
  trigger_type: z.string(),
  event_types: z.array(z.string()),
  priority: z.int(),
  execution_mode: z.string(),
  target: commandTarget.nullable(),
  timeout_seconds: z.int(),
  version: z.string(),
  usage_count: z.number(),
  last_used_at: z.string().nullable(),
});
export type CommandRow = z.infer<typeof commandRow>;

/** `isEnabled` is the row's own switch unless the caller knows of a channel's or a module's. */
export function toShownCommand(row: CommandRow, isEnabled = row.is_enabled): ShownCommand {
  const { target } = row;
  return {
    id: row.id,
    community_id: row.community_id,
    prefix: row.prefix,
    command: row.name,
    module_id: row.module,
    module_type: target ? "community" : "internal",
    handler: row.handler,
    description: row.description,
    usage: row.usage,
    category: row.category,
    location: row.prefix === "#" ? "community" : "internal",
    type: target?.type ?? "container",
    location_url: target?.type === "webhook" ? target.url : null,
    target: target && toShownTarget(target),
    permission_level: row.permission_level,
    cooldown_seconds: row.cooldown_seconds,
    role_cooldowns: row.role_cooldowns,
    rate_limit: row.rate_limit_per_minute,
    point_cost: row.point_cost,
    is_active: row.is_enabled,
    is_enabled: isEnabled,
    trigger_type: row.trigger_type,
    event_types: row.event_types,
    priority: row.priority,
    execution_mode: row.execution_mode,
    timeout: row.timeout_seconds,
    version: row.version,
    usage_count: row.usage_count,
    last_used: row.last_used_at,
  };
}

/** As stored and as a channel holds it. */
export function toStoredTarget(target: ShownTarget): CommandTarget {
  switch (target.type) {
    case "webhook":
      return target;
    case "lambda": {
      const { type, region, function_name: functionName, is_async: isAsync } = target;
      return { type, region, functionName, isAsync };
    }
    case "openwhisk": {
      const { type, namespace, action, is_async: isAsync } = target;
      return { type, namespace, action, isAsync };
    }
  }
}

export function toShownTarget(target: CommandTarget): ShownTarget {
  switch (target.type) {
    case "webhook":
      return target;
    case "lambda": {
      const { type, region, functionName: function_name, isAsync: is_async } = target;
      return { type, region, function_name, is_async };
    }
    case "openwhisk": {
      const { type, namespace, action, isAsync: is_async } = target;
      return { type, namespace, action, is_async };
    }
  }
}

export interface Placed {
  module: string;
  handler: string;
  target: CommandTarget | null;
}

/**
 * Where a new command leads: to a handler of one of our modules, or elsewhere under a name that none of ours has, so that
 * switching ours off does not switch its replacement off (PFX-3).
 */
export function placeCommand(
  given: Pick<NewCommand, "command" | "module_id" | "handler" | "target" | "location_url">,
  manifests: readonly ModuleManifest[],
): { ok: true; placed: Placed } | { ok: false; problems: FieldProblem[] } {
  const { command, module_id, handler, location_url } = given;
  const target =
    given.target ??
    (location_url === undefined ? undefined : { type: "webhook" as const, url: location_url });
  const manifest = manifests.find(({ name }) => name === module_id);
  const no = (field: string, message: string) => ({ ok: false as const, problems: [{ field, message }] });
  if (target) {
    if (manifest) return no("module_id", "Is one of our own modules, which run here");
    const module = module_id ?? `community.${command.replace(/[^a-z0-9_.-]/g, "_")}`.slice(0, 64);
    return { ok: true, placed: { module, handler: handler ?? command, target: toStoredTarget(target) } };
  }
  if (!manifest) return no("target", "Is needed for a command that is not one of our own modules'");
  const handlers = [
    ...manifest.commands.map((one) => one.handler),
    ...(manifest.on.length > 0 ? ["event"] : []),
  ];
  if (handler === undefined || !handlers.includes(handler))
    return no("handler", `Must be one of ${[...new Set(handlers)].join(", ")}`);
  return { ok: true, placed: { module: manifest.name, handler, target: null } };
}
