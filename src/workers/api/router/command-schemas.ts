import * as z from "zod";
import { commandName, commandPrefix } from "#contracts/command";
import { messageTypes } from "#contracts/event";
import { executionTarget } from "#contracts/execution-target";
import { permissionLevel, role } from "#contracts/role";
import { line, rowId } from "#workers/api/router/fields";

const [, lambdaTarget, openWhiskTarget] = executionTarget.options;
const seconds = z.int().min(0).max(86_400);
const url = z
  .url({ protocol: /^https?$/, error: "must be an http or https address" })
  .max(2000)
  .refine((text) => URL.parse(text)?.username === "", "must not hold a user name");

/** Where a command runs. Keys and secrets are no part of it: a webhook's is derived, those of the clouds are the house's. */
const target = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("webhook"), url }),
  z.strictObject({
    type: z.literal("lambda"),
    region: lambdaTarget.shape.region,
    function_name: lambdaTarget.shape.functionName,
    is_async: z.boolean().default(false),
  }),
  z.strictObject({
    type: z.literal("openwhisk"),
    namespace: openWhiskTarget.shape.namespace,
    action: openWhiskTarget.shape.action,
    is_async: z.boolean().default(false),
  }),
]);
export type ShownTarget = z.infer<typeof target>;

/** Parsed as the channel will: lower case, NFC. */
const word = line(64)
  .transform((text) => text.normalize("NFC").toLowerCase())
  .pipe(commandName);
const moduleName = z.string().regex(/^[a-z][a-z0-9_.-]{0,63}$/, "a to z first, then also 0-9, _, . and -");
const eventTypes = z.array(z.enum(messageTypes)).max(64);

const changeable = {
  description: line(255),
  usage: line(255),
  category: line(64),
  target,
  location_url: url.describe("004's spelling of a webhook target"),
  permission_level: permissionLevel,
  cooldown_seconds: seconds,
  role_cooldowns: z.partialRecord(role, seconds),
  rate_limit: z.int().min(0).max(10_000).describe("For each person and minute; 0 for none"),
  point_cost: z.int().min(0).max(1_000_000),
  is_enabled: z.boolean(),
  trigger_type: z.enum(["command", "event", "both"]),
  event_types: eventTypes,
  priority: z.int().min(0).max(10_000).describe("Lower first"),
  execution_mode: z.enum(["sequential", "parallel"]),
  timeout: z.int().min(1).max(30).describe("Seconds"),
  version: line(32),
};

/** A community's own command; the names are those of 004. */
export const newCommand = z.strictObject({
  community_id: rowId.optional(),
  prefix: commandPrefix,
  command: word,
  module_id: moduleName.optional().describe("One of our modules, or the name of the community's own"),
  handler: line(64).optional().describe("Of our own module"),
  description: changeable.description,
  usage: changeable.usage.optional(),
  category: changeable.category.default("general"),
  target: changeable.target.optional(),
  location_url: changeable.location_url.optional(),
  permission_level: changeable.permission_level.default("everyone"),
  cooldown_seconds: changeable.cooldown_seconds.default(0),
  role_cooldowns: changeable.role_cooldowns.default({}),
  rate_limit: changeable.rate_limit.default(60),
  point_cost: changeable.point_cost.default(0),
  is_enabled: changeable.is_enabled.default(true),
  trigger_type: changeable.trigger_type.default("command"),
  event_types: changeable.event_types.default([]),
  priority: changeable.priority.default(100),
  execution_mode: changeable.execution_mode.default("sequential"),
  timeout: changeable.timeout.default(30),
  version: changeable.version.default("1.0"),
});
export type NewCommand = z.infer<typeof newCommand>;

export const commandPatch = z
  .strictObject(changeable)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "changes nothing");
export type CommandPatch = z.infer<typeof commandPatch>;

export const shownCommand = z.object({
  id: z.int(),
  community_id: z.int().nullable().describe("Null for the house's own row"),
  prefix: z.string(),
  command: z.string(),
  module_id: z.string(),
  module_type: z.enum(["internal", "community"]),
  handler: z.string(),
  description: z.string(),
  usage: z.string(),
  category: z.string(),
  location: z.enum(["internal", "community"]),
  type: z.enum(["container", "webhook", "lambda", "openwhisk"]),
  location_url: z.string().nullable(),
  target: target.nullable(),
  permission_level: z.string(),
  cooldown_seconds: z.int(),
  role_cooldowns: z.record(z.string(), z.int()),
  rate_limit: z.int(),
  point_cost: z.int(),
  is_active: z.boolean(),
  is_enabled: z.boolean().describe("The row, the channel's own switch and the module together"),
  trigger_type: z.string(),
  event_types: z.array(z.string()),
  priority: z.int(),
  execution_mode: z.string(),
  timeout: z.int(),
  version: z.string(),
  usage_count: z.number(),
  last_used: z.string().nullable(),
});
export type ShownCommand = z.infer<typeof shownCommand>;
