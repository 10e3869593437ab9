import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import type { ChannelService } from "#contracts/channel";
import { type PlatformEvent, platformEvent } from "#contracts/event";
import { execution } from "#contracts/execution";
import { type EntityParts, parseEntityId } from "#contracts/ids";
import { role } from "#contracts/role";
import { stringRule, stringRuleInput } from "#contracts/string-rule";
import { openDatabase } from "#db/client";
import { channelStub } from "#durable-objects/stubs";
import { compileRules } from "#router/rules/compile-rules";
import { matchRules } from "#router/rules/match-rules";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { userKeyField } from "#workers/api/communities/community-routes";
import { configPermissions } from "#workers/api/configuration/permissions";
import { makeRoutes } from "#workers/api/make-routes";
import { admitTo, refuseCommunity, whyNotIn } from "#workers/api/router/communities";
import { seeEntity } from "#workers/api/router/entities-seen";
import { entityIdField, line } from "#workers/api/router/fields";
import { fromBorder, newRule, ruleProblems, toStringRule } from "#workers/api/router/rule-schemas";
import { listRules } from "#workers/api/router/rule-store";
import { failure, success } from "#workers/shared/envelope";

const simulate = createRoute({
  method: "post",
  path: "/simulations",
  tags: ["router"],
  summary: "What would happen if somebody wrote this in a channel now; nothing is called, said or written",
  request: {
    body: jsonBody(
      z.strictObject({
        entity_id: entityIdField,
        text: line(500),
        user_key: userKeyField,
        platform_role: role.optional().describe("What the platform itself says they are there"),
      }),
    ),
  },
  responses: { 200: ok(z.object({ execution })), ...failures(400, 401, 403, 404, 413, 415) },
});

const testRule = createRoute({
  method: "post",
  path: "/string-rules/test",
  tags: ["string rules"],
  summary: "Whether a rule that is not saved would hit a text, and whether another one would come first",
  request: {
    body: jsonBody(
      newRule.extend({
        text: line(500, 0),
        entity_id: entityIdField.optional().describe("Where it is said; else anywhere the rule is asked"),
        replaces: z.int().positive().optional().describe("The rule that this one would be"),
      }),
    ),
  },
  responses: {
    200: ok(
      z.object({
        matches: z.boolean().describe("The rule by itself"),
        wins: z.boolean().describe("It would be the one that acts, or is noted in shadow mode"),
        first_rule_id: z.int().nullable().describe("The saved rule that acts instead"),
        problem: z.string().nullable().describe("Why it can never match"),
      }),
    ),
    ...failures(400, 401, 403, 404, 413, 415),
  },
});

type Planner = Pick<ChannelService, "planDry">;

/** Trying out without doing: the dry planner for a made-up line, and one rule before it is saved. */
export function tryoutRoutes() {
  return makeRoutes()
    .openapi(simulate, async (c) => {
      const { entity_id, text, user_key, platform_role } = c.req.valid("json");
      const entity = await seeEntity(c, entity_id);
      const place = parseEntityId(entity_id);
      if (!entity || !place) return failure(c, 404, "There is no such channel.");
      const why = await whyNotIn(c, entity.communityId, "commands.moderate");
      if (why) return refuseCommunity(c, why);
      const [platform, ...rest] = user_key.split(":");
      if (platform !== place.platform) {
        const details = [{ field: "user_key", message: `Must be somebody of ${place.platform}` }];
        return failure(c, 400, "The request is not valid.", details);
      }
      const event = madeUp({ entityId: entity_id, place, text, userId: rest.join(":"), platform_role });
      if (!event) {
        const details = [{ field: "user_key", message: "Is too long for a platform's id" }];
        return failure(c, 400, "The request is not valid.", details);
      }
      const channel: Planner = channelStub(c.env.CHANNEL, entity_id);
      const record = await channel.planDry(event);
      return record ? success(c, { execution: record }) : failure(c, 404, "There is no such channel.");
    })
    .openapi(testRule, async (c) => {
      const { text, entity_id: entityId, replaces, ...given } = c.req.valid("json");
      const communityId = await admitTo(c, given.community_id, configPermissions.string_rule);
      if (typeof communityId === "string") return refuseCommunity(c, communityId);
      const checked = stringRuleInput.safeParse(fromBorder(given));
      if (!checked.success) return failure(c, 400, "The request is not valid.", ruleProblems(checked.error));
      const draft = stringRule.parse({
        ...checked.data,
        id: replaces ?? draftId,
        communityId,
        isActive: true,
      });
      const saved = await listRules(openDatabase(c.env), {
        communityId,
        isActive: true,
        after: 0,
        limit: 500,
      });
      const others = saved.map(toStringRule).filter(({ id }) => id !== draft.id);
      const message = { text, entityId: entityId ?? draft.entityIds[0] ?? "", origin: "platform" as const };
      const limits = { now: () => performance.now() };
      const alone = compileRules([draft]);
      const own = matchRules(alone, message, limits);
      const matches = own.hit !== undefined || own.shadowHits.length > 0;
      const { hit, shadowHits } = matchRules(compileRules([...others, draft]), message, limits);
      const wins = [hit, ...shadowHits].some((one) => one?.rule.id === draft.id);
      return success(c, {
        matches,
        wins,
        first_rule_id: hit && hit.rule.id !== draft.id ? hit.rule.id : null,
        problem: alone.unusable[0]?.because ?? null,
      });
    });
}

/** After every saved one: of two with the same priority the older is asked first. */
const draftId = 2_147_483_647;

interface Line {
  entityId: string;
  place: EntityParts;
  text: string;
  userId: string;
  platform_role: z.infer<typeof role> | undefined;
}

function madeUp({ entityId, place, text, userId, platform_role }: Line): PlatformEvent | undefined {
  const now = Date.now();
  const id = crypto.randomUUID();
  const parsed = platformEvent.safeParse({
    type: "chatMessage",
    id: `simulation:${id}`,
    platform: place.platform,
    entityId,
    user: {
      id: userId,
      login: userId,
      name: userId,
      ...(platform_role ? { platformRole: platform_role } : {}),
    },
    text,
    receivedAt: now,
    occurredAt: now,
    correlationId: id,
    origin: "api",
    replyTo: { kind: "chat", platform: place.platform, channel: place.channel ?? place.server },
  });
  return parsed.data;
}
