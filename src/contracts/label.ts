import * as z from "zod";

/** What can carry a label (40-core §1.31); a label belongs to one of these and goes on nothing else. */
export const labelCategory = z.enum([
  "community",
  "module",
  "user",
  "entityGroup",
  "item",
  "event",
  "memory",
  "playlist",
  "browser_source",
  "command",
  "alias",
]);
export type LabelCategory = z.infer<typeof labelCategory>;

/** Labels one thing may carry at a time, in one community. Expired ones do not count (40-core §1.31). */
export const labelLimits: Readonly<Record<LabelCategory, number>> = {
  community: 5,
  module: 5,
  user: 5,
  entityGroup: 5,
  item: 10,
  event: 5,
  memory: 10,
  playlist: 5,
  browser_source: 5,
  command: 5,
  alias: 5,
};

/** Assignments in one request (40-core §1.31). */
export const labelsPerBulk = 1000;
/** Labels, and entity groups, that one community may keep (threat 8). */
export const labelsPerCommunity = 500;
export const entityGroupsPerCommunity = 100;

/** Postgres takes neither NUL nor half a character; nobody reads control characters. */
const line = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "holds characters that cannot be stored");

/** Unique in its category whatever the case. No comma: a search takes several, separated by commas. */
export const labelName = line(64)
  .trim()
  .min(1)
  .refine((name) => !name.includes(","), "cannot hold a comma");

const fields = {
  name: labelName,
  description: line(500).trim(),
  color: z.string().regex(/^#[0-9a-fA-F]{6}$/, "is # and six hex digits"),
  /** An emoji or the name of an icon. */
  icon: line(64).trim().min(1).nullable(),
};

export const labelInput = z.strictObject({
  ...fields,
  category: labelCategory,
  description: fields.description.default(""),
  color: fields.color.default("#000000"),
  icon: fields.icon.default(null),
});
export type LabelInput = z.infer<typeof labelInput>;

/** The category stays: what carries a label would no longer be of it. */
export const labelPatch = z
  .strictObject(fields)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "changes nothing");
export type LabelPatch = z.infer<typeof labelPatch>;

/** `platform:user id`, as everywhere in the house; never a name. */
export const userKeyText = line(300).regex(
  /^[a-z0-9-]{1,32}:[^\s:]{1,260}$/u,
  "is platform:user id, like twitch:1234",
);

const metadata = z
  .record(line(64), z.union([line(200), z.number(), z.boolean(), z.null()]))
  .refine((facts) => Object.keys(facts).length <= 10, "holds at most 10 facts");

/** One thing and one label of its category. A user is named by the key, a community by its own id. */
export const labelTarget = z.strictObject({
  entity_type: labelCategory,
  entity_id: line(300).min(1),
  label_id: z.int().min(1).max(2_147_483_647),
});
export type LabelTarget = z.infer<typeof labelTarget>;

export const labelAssignment = labelTarget.extend({
  expires_at: z.iso.datetime({ offset: true }).nullable().default(null),
  metadata: metadata.default({}),
});
export type LabelAssignment = z.infer<typeof labelAssignment>;

/** What became of one assignment of a request. */
export const assignmentOutcome = z.enum(["done", "unknown", "duplicate", "limit", "forbidden", "invalid"]);
export type AssignmentOutcome = z.infer<typeof assignmentOutcome>;

/** What a group's members get on the platform of its channel. Discord's kind names a role, Slack's a user group. */
export const entityGroupKind = z.enum(["discord_role", "slack_user_group", "twitch_mod", "twitch_vip"]);
export type EntityGroupKind = z.infer<typeof entityGroupKind>;

const roleShape: Readonly<Record<EntityGroupKind, RegExp>> = {
  discord_role: /^\d+$/,
  slack_user_group: /^S/,
  twitch_mod: /^$/,
  twitch_vip: /^$/,
};

export const entityGroupInput = z
  .strictObject({
    name: line(64).trim().min(1),
    /** The channel, or any channel of the server, where the role is. */
    entity_id: z.string().min(3).max(1024),
    kind: entityGroupKind,
    role_id: z
      .string()
      .regex(/^(?:\d{1,20}|S[A-Z0-9]{1,30})$/, "is the id of a role or of a user group")
      .nullable()
      .default(null),
    /** Whoever carries it is a member; null for members by hand only. */
    label_id: z.int().min(1).max(2_147_483_647).nullable().default(null),
  })
  .superRefine((group, context) => {
    const add = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (!roleShape[group.kind].test(group.role_id ?? ""))
      add("role_id", "is the number of a Discord role or the id of a Slack user group, and for Twitch none");
    if (!group.entity_id.startsWith(`${platformOfKind(group.kind)}:`))
      add("entity_id", `is no channel on ${platformOfKind(group.kind)}`);
  });
export type EntityGroupInput = z.infer<typeof entityGroupInput>;

export function platformOfKind(kind: EntityGroupKind): "discord" | "slack" | "twitch" {
  if (kind === "discord_role") return "discord";
  return kind === "slack_user_group" ? "slack" : "twitch";
}
