import * as z from "zod";
import { parseEntityId } from "#contracts/ids";
import { platformName } from "#contracts/platform-name";

/**
 * The ten coordination endpoints as collectors see them (10-router §1.5): field names of the 004 generation,
 * the same bodies below `/router/coordination` and `/api/v1/router/coordination`. Times are ISO 8601 in UTC.
 */
const containerId = z
  .string()
  .regex(/^[\w.:@/-]{1,128}$/, "1 to 128 letters, digits and _ . : @ / -")
  .describe("Whoever claims: a name that stays the same over a restart");
const entityId = z
  .string()
  .min(3)
  .max(1024)
  .refine((id) => parseEntityId(id) !== undefined, "must be platform:server or platform:server:channel");
const fencing = z.int().min(1).describe("The number the claim came with; an old one is refused").optional();
const flatFacts = z
  .record(z.string().min(1).max(64), z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]))
  .refine((facts) => Object.keys(facts).length <= 32, "at most 32 keys");
const onlyPlatform = platformName.optional().describe("Without it: every platform");
const maxViewers = 100_000_000;

export const claimRequest = z.strictObject({
  platform: platformName,
  container_id: containerId,
  max_claims: z.int().min(1).max(100).default(5),
  prioritize_live: z.boolean().default(true),
});
export const releaseRequest = z.strictObject({
  container_id: containerId,
  platform: onlyPlatform,
  entity_ids: z.array(entityId).max(1000).optional().describe("Without it: everything"),
});
export const checkinRequest = z.strictObject({ container_id: containerId, platform: onlyPlatform });
export const heartbeatRequest = checkinRequest.extend({ extend_claims: z.boolean().default(true) });
export const statusRequest = z.strictObject({
  container_id: containerId,
  entity_id: entityId,
  fencing,
  is_live: z.boolean().optional(),
  viewer_count: z.int().min(0).max(maxViewers).optional(),
  metadata: flatFacts.optional(),
  has_activity: z.boolean().optional(),
});
export const errorRequest = z.strictObject({
  container_id: containerId,
  entity_id: entityId,
  fencing,
  error_message: z.string().min(1).max(1000),
});
export const releaseOfflineRequest = checkinRequest;
export const populateRequest = z.strictObject({
  platform: platformName,
  reset_errors: z.boolean().default(false).describe("Also hand out again what is in `error`"),
});
export const coordinationStatus = z.enum(["available", "live", "offline", "error"]);
export const statsQuery = z.strictObject({ platform: onlyPlatform, container_id: containerId.optional() });
export const entitiesQuery = z.strictObject({
  platform: onlyPlatform,
  status: coordinationStatus.optional(),
  claimed_by: containerId.optional(),
  is_live: z.enum(["true", "false"]).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const moment = z.iso.datetime().nullable();
export const entityReply = z.object({
  platform: z.string(),
  server_id: z.string(),
  channel_id: z.string().nullable(),
  entity_id: z.string(),
  claimed_by: z.string().nullable(),
  claimed_at: moment,
  status: coordinationStatus,
  is_live: z.boolean(),
  live_since: moment,
  viewer_count: z.int(),
  last_activity: moment,
  last_check: moment,
  last_checkin: moment,
  claim_expires: moment,
  heartbeat_interval: z.int().describe("Seconds"),
  error_count: z.int(),
  last_error: z.string().nullable(),
  metadata: flatFacts,
  priority: z.int(),
  max_containers: z.int(),
  config: flatFacts,
  fencing: z.int(),
});
export type EntityReply = z.infer<typeof entityReply>;

const done = { success: z.literal(true), error_message: z.null() };
const entityIds = z.array(z.string());
const claims = { claimed_entities: z.array(entityReply), claimed_count: z.int() };

export const claimReply = z.object({ ...done, ...claims, container_id: z.string(), platform: z.string() });
export const releaseReply = z.object({
  ...done,
  released_entities: entityIds,
  released_count: z.int(),
  container_id: z.string(),
});
/** Of `checkin` and `heartbeat`: what the container holds now. An entity that is missing is lost: stop working on it. */
export const holdingReply = z.object({ ...done, ...claims, container_id: z.string() });
export const entityReportReply = z.object({ ...done, container_id: z.string(), entity: entityReply });
export const releaseOfflineReply = z.object({ ...releaseReply.shape, ...claims });
export const statsReply = z.object({
  ...done,
  platform: z.string().nullable(),
  total_entities: z.int(),
  claimed_entities: z.int(),
  available_entities: z.int(),
  live_entities: z.int(),
  error_entities: z.int(),
  containers: z.record(z.string(), z.int()),
  this_container: z.int().nullable().describe("Claims of `container_id`"),
});
export const entitiesReply = z.object({ ...done, entities: z.array(entityReply), total_count: z.int() });
export const populateReply = z.object({
  ...done,
  platform: z.string(),
  added_count: z.int(),
  reset_count: z.int(),
  total_entities: z.int(),
});
