import * as z from "zod";
import { command } from "#contracts/command";
import { webhookSubscription } from "#contracts/outgoing-webhook";
import { role } from "#contracts/role";
import { stringRule } from "#contracts/string-rule";
import { timer } from "#contracts/timer";

/** Everything a channel needs to decide, in one row with a version. Read from Postgres, kept in the channel's SQLite. */
export const channelConfig = z.object({
  version: z.int().nonnegative(),
  entityId: z.string(),
  isActive: z.boolean(),
  community: z.object({ id: z.int().positive(), slug: z.string(), name: z.string() }),
  /** Global rows already overlaid by the community's own. */
  commands: z.array(command),
  modules: z.record(
    z.string(),
    z.object({ isEnabled: z.boolean(), settings: z.record(z.string(), z.unknown()) }),
  ),
  /** Roles above member, by user key (`platform:id`). */
  roles: z.record(z.string(), role),
  /** The community's string rules that are switched on. */
  rules: z.array(stringRule).default([]),
  /** This channel's timers that are switched on. */
  timers: z.array(timer).default([]),
  /** The community's webhooks that something may be sent to, and what each asked for. */
  webhooks: z.array(webhookSubscription).default([]),
  /** Ids, on this channel's platform, of connected accounts that the bot speaks as here; people may type with them too. */
  ownAccounts: z.array(z.string()).default([]),
  /** The other channels of the community, told when one of them changes the configuration. */
  entityIds: z.array(z.string()),
});
export type ChannelConfig = z.infer<typeof channelConfig>;
