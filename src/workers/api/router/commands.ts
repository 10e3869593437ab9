import type { Context } from "hono";
import { openCommunityDatabase, openDatabase } from "#db/client";
import { webhookSigningSecret } from "#lib/webhook-secret";
import { manifests } from "#modules/manifests";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { configPermissions } from "#workers/api/configuration/permissions";
import { makeRoutes } from "#workers/api/make-routes";
import { readingDatabase } from "#workers/api/reading";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { create, list, permit, remove, update } from "#workers/api/router/command-routes";
import {
  type CommandRow,
  type Placed,
  placeCommand,
  toShownCommand,
  toStoredTarget,
} from "#workers/api/router/command-rows";
import type { CommandPatch, NewCommand } from "#workers/api/router/command-schemas";
import {
  commandsPerCommunity,
  createCommand,
  deleteCommand,
  findCommand,
  findWord,
  listCommands,
  permitCommand,
  updateCommand,
} from "#workers/api/router/command-store";
import { admitTo, refuseCommunity, whyNotIn } from "#workers/api/router/communities";
import { seeEntity } from "#workers/api/router/entities-seen";
import { created, type FieldProblem, failure, success } from "#workers/shared/envelope";

const none = "There is no such command.";
const invalid = "The request is not valid.";

/** The registry (10-router §1.1). The house's own rows come from the manifests and are not changed here. */
export function commandRoutes() {
  return makeRoutes()
    .openapi(list, async (c) => {
      const { entity_id, community_id, enabled_only, is_active, module_type, ...rest } = c.req.valid("query");
      const entity = entity_id === undefined ? undefined : await seeEntity(c, entity_id);
      if (entity_id !== undefined && !entity) return failure(c, 404, "There is no such channel.");
      const community = await admitTo(c, community_id ?? entity?.communityId, "commands.moderate");
      if (community === "foreign" || (entity && community !== entity.communityId))
        return failure(c, 404, "There is no such community.");
      if (community === "forbidden" || community === "unnamed") return refuseCommunity(c, community);
      const rows = await listCommands(readingDatabase(c), {
        ...rest,
        communityId: community === "missing" ? null : community,
        entityId: entity_id,
        moduleType: module_type,
        isActive: is_active ?? (enabled_only ? true : undefined),
      });
      const commands = rows.map(({ row, is_enabled }) => toShownCommand(row, is_enabled));
      return success(c, { commands, count: commands.length });
    })
    .openapi(create, async (c) => {
      const given = c.req.valid("json");
      const communityId = await admitTo(c, given.community_id, configPermissions.command);
      if (typeof communityId === "string") return refuseCommunity(c, communityId);
      const placed = placeCommand(given, manifests);
      const problems = [...(placed.ok ? [] : placed.problems), ...eventProblems(given)];
      if (!placed.ok || problems.length > 0) return failure(c, 400, invalid, problems);
      const db = openCommunityDatabase(c.env, communityId);
      const changed = await createCommand(db, given, placed.placed, { communityId, by: await auditActor(c) });
      if (changed) {
        await bumpChannels(c.env, changed);
        const command = toShownCommand(changed.command);
        return created(c, { command, signing_secret: signingSecret(c, changed.command) });
      }
      const existing = await findWord(db, communityId, given);
      if (existing && isSame(existing, given, placed.placed))
        return success(c, { command: toShownCommand(existing) });
      if (existing) return failure(c, 409, "This community has that command already. PUT changes it.");
      return failure(c, 409, `No such community, or it has ${commandsPerCommunity} commands already.`);
    })
    .openapi(update, async (c) => {
      const { location_url, target, ...patch } = c.req.valid("json");
      const row = await findOwn(c, c.req.valid("param").id);
      if (typeof row === "string") return refuseCommand(c, row);
      const wanted =
        target ?? (location_url === undefined ? undefined : { type: "webhook" as const, url: location_url });
      const problems = patchProblems(row, { ...patch, ...(wanted ? { target: wanted } : {}) });
      if (problems.length > 0) return failure(c, 400, invalid, problems);
      const moved = wanted ? { target: toStoredTarget(wanted) } : {};
      const to = { communityId: row.community_id, by: await auditActor(c) };
      const changed = await updateCommand(
        openCommunityDatabase(c.env, row.community_id),
        row.id,
        { ...patch, ...moved },
        to,
      );
      if (!changed) return failure(c, 404, none);
      await bumpChannels(c.env, changed);
      const secret = wanted ? signingSecret(c, changed.command) : null;
      return success(c, { command: toShownCommand(changed.command), signing_secret: secret });
    })
    .openapi(permit, async (c) => {
      const { entity_id, is_enabled } = c.req.valid("json");
      const { id } = c.req.valid("param");
      const entity = await seeEntity(c, entity_id);
      if (!entity) return failure(c, 404, "There is no such channel.");
      const why = await whyNotIn(c, entity.communityId, configPermissions.command_switch);
      if (why) return refuseCommand(c, why);
      const wish = { id, entityId: entity_id, isEnabled: is_enabled };
      const to = { communityId: entity.communityId, by: await auditActor(c) };
      const changed = await permitCommand(openCommunityDatabase(c.env, entity.communityId), wish, to);
      if (!changed) return failure(c, 404, none);
      await bumpChannels(c.env, { entityIds: [entity_id], version: changed.version });
      return success(c, { command_id: id, entity_id, is_enabled });
    })
    .openapi(remove, async (c) => {
      const row = await findOwn(c, c.req.valid("param").id);
      if (typeof row === "string") return refuseCommand(c, row);
      const to = { communityId: row.community_id, by: await auditActor(c) };
      const changed = await deleteCommand(openCommunityDatabase(c.env, row.community_id), row.id, to);
      if (!changed) return failure(c, 404, none);
      await bumpChannels(c.env, changed);
      return success(c, { id: row.id });
    });
}

/** A row of a community this caller may change commands in; the house's rows are nobody's. */
async function findOwn(
  c: Context<ApiBindings>,
  id: number,
): Promise<(CommandRow & { community_id: number }) | "foreign" | "forbidden"> {
  const row = await findCommand(openDatabase(c.env), id);
  if (row?.community_id == null) return "foreign";
  const why = await whyNotIn(c, row.community_id, configPermissions.command);
  return why ?? { ...row, community_id: row.community_id };
}

function refuseCommand(c: Context<ApiBindings>, why: "foreign" | "forbidden") {
  return why === "foreign" ? failure(c, 404, none) : refuseCommunity(c, why);
}

function eventProblems({
  trigger_type,
  event_types,
}: Pick<NewCommand, "trigger_type"> & { event_types: readonly string[] }): FieldProblem[] {
  const isMissing = trigger_type !== "command" && event_types.length === 0;
  return isMissing ? [{ field: "event_types", message: `Is needed for the trigger ${trigger_type}` }] : [];
}

function patchProblems(row: CommandRow, patch: CommandPatch): FieldProblem[] {
  const isOurs = row.target === null && patch.target !== undefined;
  const types = patch.event_types ?? row.event_types;
  const isMissing = (patch.trigger_type ?? row.trigger_type) !== "command" && types.length === 0;
  return [
    ...(isOurs ? [{ field: "target", message: "This command runs in one of our own modules" }] : []),
    ...(isMissing ? [{ field: "event_types", message: "Is needed for this trigger" }] : []),
  ];
}

function isSame(row: CommandRow, given: NewCommand, { module, handler, target }: Placed): boolean {
  const held = toShownCommand(row);
  const asked = { ...given, usage: given.usage ?? given.command };
  const fields = Object.keys(held).filter(
    (name): name is keyof typeof held & keyof typeof asked => name in asked,
  );
  const isPlaced = row.module === module && row.handler === handler && sameJson(row.target, target);
  const placing = ["community_id", "module_id", "handler", "target", "location_url"];
  return (
    isPlaced &&
    fields.filter((name) => !placing.includes(name)).every((name) => sameJson(held[name], asked[name]))
  );
}

/** Both sides were written by us or by jsonb, which orders keys by length: sorted, they compare. */
function sameJson(first: unknown, second: unknown): boolean {
  return canonical(first) === canonical(second);
}

function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value) ?? "";
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function signingSecret(c: Context<ApiBindings>, { target, community_id }: CommandRow): string | null {
  if (target?.type !== "webhook" || community_id === null) return null;
  return webhookSigningSecret(c.env.WEBHOOK_SIGNING_KEY, community_id, target.url) ?? null;
}
