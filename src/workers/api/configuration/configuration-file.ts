import * as z from "zod";
import { communityType, joinMode } from "#contracts/community";
import { webhooksPerCommunity } from "#contracts/outgoing-webhook";
import { communityChange } from "#workers/api/communities/community-routes";
import { newCommand } from "#workers/api/router/command-schemas";
import { commandsPerCommunity } from "#workers/api/router/command-store";
import { entityIdField, line, rowId } from "#workers/api/router/fields";
import { newRule } from "#workers/api/router/rule-schemas";
import { newTimer } from "#workers/api/timers/timer-routes";
import { newWebhook } from "#workers/api/webhooks/webhook-routes";

/** Raise it, and keep reading the older ones, when a file of today could not be read tomorrow. */
export const fileVersion = 1;
const mostRules = 2000;
const mostTimers = 20_000;
const mostSwitches = 20_000;

/** Tells which row of the same community this was; of another community it says nothing. */
const id = rowId.optional();
const { name: _name, description, theme } = communityChange.shape;

/**
 * A community's configuration as one file: what people set up, without people, figures, tokens and keys. A section that
 * is there replaces what the community has of it; one that is missing leaves it alone.
 */
export const configurationFile = z.strictObject({
  format: z.literal("waddlebot-community"),
  version: z.literal(fileVersion),
  exported_at: line(64).optional(),
  /** Name and slug say where the file comes from; they are not taken over. */
  community: z
    .strictObject({
      slug: line(64).optional(),
      name: line(64).optional(),
      description: description.unwrap(),
      type: communityType,
      join_mode: joinMode,
      theme: theme.unwrap(),
    })
    .optional(),
  commands: z
    .array(newCommand.omit({ community_id: true }))
    .max(commandsPerCommunity)
    .optional(),
  command_switches: z
    .array(
      z.strictObject({
        prefix: newCommand.shape.prefix,
        command: newCommand.shape.command,
        entity_id: entityIdField,
        is_enabled: z.boolean(),
      }),
    )
    .max(mostSwitches)
    .optional(),
  string_rules: z
    .array(newRule.omit({ community_id: true }).extend({ id }))
    .max(mostRules)
    .optional(),
  timers: z.array(newTimer.extend({ id })).max(mostTimers).optional(),
  modules: z
    .array(
      z.strictObject({
        module: line(64),
        is_enabled: z.boolean(),
        settings: z.record(line(64), z.unknown()),
      }),
    )
    .max(200)
    .optional(),
  webhooks: z.array(newWebhook.extend({ id })).max(webhooksPerCommunity).optional(),
});
export type ConfigurationFile = z.infer<typeof configurationFile>;
