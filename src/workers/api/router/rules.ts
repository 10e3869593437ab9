import type { Context } from "hono";
import { patchStringRule, rulesPerCommunity, stringRuleInput, stringRulePatch } from "#contracts/string-rule";
import { openCommunityDatabase, openDatabase, openDatabaseFor } from "#db/client";
import { sharedPatternCache } from "#router/rules/pattern-cache";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { configPermissions } from "#workers/api/configuration/permissions";
import { makeRoutes } from "#workers/api/make-routes";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { admitTo, type NotAdmitted, refuseCommunity, whyNotIn } from "#workers/api/router/communities";
import { seeEntity } from "#workers/api/router/entities-seen";
import { create, list, remove, shadows, statistics, update } from "#workers/api/router/rule-routes";
import { fromBorder, ruleProblems, type ShownRule, toStringRule } from "#workers/api/router/rule-schemas";
import {
  createRule,
  deactivateRule,
  findRule,
  listRules,
  readRuleStatistics,
  updateRule,
} from "#workers/api/router/rule-store";
import { created, failure, success } from "#workers/shared/envelope";

const needed = configPermissions.string_rule;
const none = "There is no such rule.";
const invalid = "The request is not valid.";
const noCommunity = "There is no such community.";
const full = `No such community, or it has ${rulesPerCommunity} active rules already.`;

/** String rules (10-router §1.2). Every change is told to the community's channels before the answer. */
export function ruleRoutes() {
  return makeRoutes()
    .openapi(list, async (c) => {
      const { entity_id, community_id, is_active, after, limit } = c.req.valid("query");
      const entity = entity_id === undefined ? undefined : await seeEntity(c, entity_id);
      if (entity_id !== undefined && !entity) return failure(c, 404, "There is no such channel.");
      const community = await admitTo(c, community_id ?? entity?.communityId, needed);
      if (community === "foreign" || (entity && community !== entity.communityId))
        return failure(c, 404, noCommunity);
      if (community === "forbidden" || community === "unnamed") return refuseCommunity(c, community);
      const communityId = community === "missing" ? null : community;
      const filter = { communityId, entityId: entity_id, isActive: is_active, after, limit };
      const rules = await listRules(openDatabaseFor(c.env, communityId), filter);
      return success(c, { rules, count: rules.length });
    })
    .openapi(statistics, async (c) => {
      const community = await admitTo(c, c.req.valid("query").community_id, needed);
      if (isRefused(community)) return refuseCommunity(c, community);
      const figures = await readRuleStatistics(
        openDatabase(c.env),
        community === "missing" ? null : community,
      );
      return success(c, { ...figures, compiled_regex_cache_size: sharedPatternCache.size() });
    })
    .openapi(shadows, async (c) => {
      const { community_id, after, limit } = c.req.valid("query");
      const community = await admitTo(c, community_id, needed);
      if (isRefused(community)) return refuseCommunity(c, community);
      const communityId = community === "missing" ? null : community;
      const rules = await listRules(openDatabaseFor(c.env, communityId), {
        communityId,
        isShadow: true,
        after,
        limit,
      });
      const would_have_hit = rules.map(
        ({ id, string, action, is_active, shadow_count, last_shadow_text }) => {
          return { id, string, action, is_active, shadow_count, last_shadow_text };
        },
      );
      return success(c, { would_have_hit, count: would_have_hit.length });
    })
    .openapi(create, async (c) => {
      const given = c.req.valid("json");
      const communityId = await admitTo(c, given.community_id, needed);
      if (typeof communityId === "string") return refuseCommunity(c, communityId);
      const rule = stringRuleInput.safeParse(fromBorder(given));
      if (!rule.success) return failure(c, 400, invalid, ruleProblems(rule.error));
      const to = { communityId, by: await auditActor(c) };
      const changed = await createRule(openCommunityDatabase(c.env, communityId), rule.data, to);
      if (!changed) return failure(c, 409, full);
      await bumpChannels(c.env, changed);
      return created(c, { rule: changed.rule });
    })
    .openapi(update, async (c) => {
      const rule = await findOwn(c, c.req.valid("param").id);
      if (typeof rule === "string") return refuseRule(c, rule);
      const patch = stringRulePatch.safeParse(fromBorder(c.req.valid("json")));
      if (!patch.success) return failure(c, 400, invalid, ruleProblems(patch.error));
      const whole = patchStringRule(toStringRule(rule), patch.data);
      if (!whole.success) return failure(c, 400, invalid, ruleProblems(whole.error));
      const to = { communityId: rule.community_id, by: await auditActor(c) };
      const changed = await updateRule(
        openCommunityDatabase(c.env, rule.community_id),
        rule.id,
        patch.data,
        to,
      );
      if (!changed) return failure(c, 409, full);
      await bumpChannels(c.env, changed);
      return success(c, { rule: changed.rule });
    })
    .openapi(remove, async (c) => {
      const rule = await findOwn(c, c.req.valid("param").id);
      if (typeof rule === "string") return refuseRule(c, rule);
      const to = { communityId: rule.community_id, by: await auditActor(c) };
      const changed = await deactivateRule(openCommunityDatabase(c.env, rule.community_id), rule.id, to);
      if (changed) await bumpChannels(c.env, changed);
      return success(c, { id: rule.id, is_active: false as const });
    });
}

/** A rule of a community this caller may keep rules in. */
async function findOwn(c: Context<ApiBindings>, id: number): Promise<ShownRule | "foreign" | "forbidden"> {
  const rule = await findRule(openDatabase(c.env), id);
  if (!rule) return "foreign";
  return (await whyNotIn(c, rule.community_id, needed)) ?? rule;
}

function refuseRule(c: Context<ApiBindings>, why: "foreign" | "forbidden") {
  return why === "foreign" ? failure(c, 404, none) : refuseCommunity(c, why);
}

function isRefused(community: number | "missing" | NotAdmitted): community is NotAdmitted {
  return typeof community === "string" && community !== "missing";
}
