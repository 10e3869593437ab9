import * as z from "zod";

/** Discord's payloads as far as we read them; what else they carry is let through unread. */

const ascii = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[\x21-\x7e]*$/);
const id = ascii(64);
const customId = z
  .string()
  .min(1)
  .max(100)
  .transform((text) => text.toWellFormed());
const name = z.string().transform((text) => text.slice(0, 255).toWellFormed());

export const interactionTypes = { ping: 1, command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
export const answerTypes = { pong: 1, message: 4, deferredMessage: 5, autocomplete: 8, modal: 9 } as const;
export const messageFlags = { ephemeral: 1 << 6, loading: 1 << 7 } as const;

export const envelope = z.object({ type: z.int() });

/** Discord's webhook events, a feature of their own beside interactions: 0 asks whether we are there, 1 tells something. */
export const webhookPing = z.object({ type: z.literal(0) });
export const webhookEvent = z.object({
  type: z.literal(1),
  event: z.object({ type: z.string().regex(/^[A-Z_]{1,40}$/) }),
});

const user = z.object({ id, username: name, global_name: name.nullish(), bot: z.boolean().optional() });
export type User = z.infer<typeof user>;

/** What every interaction but PING carries. In a direct message there is `user` instead of `member`. */
export const interaction = z.object({
  id,
  application_id: id,
  token: ascii(512),
  guild_id: id.optional(),
  channel_id: id,
  member: z
    .object({
      user,
      nick: name.nullish(),
      permissions: z
        .string()
        .regex(/^\d{1,32}$/)
        .optional(),
    })
    .optional(),
  user: user.optional(),
  data: z.unknown(),
});
export type Interaction = z.infer<typeof interaction>;

/** 1 and 2 nest further options, 6 names a user by id. */
export const optionTypes = { subcommand: 1, group: 2, user: 6 } as const;

const leaf = z.object({
  name: z.string().max(64),
  type: z.int(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** In an autocomplete: this is the option being typed. */
  focused: z.boolean().optional(),
});
/** A group holds subcommands, those hold values; Discord nests no deeper. */
const subcommand = leaf.extend({ options: z.array(leaf).optional() });
const option = leaf.extend({ options: z.array(subcommand).optional() });

export interface Option extends z.infer<typeof leaf> {
  options?: Option[] | undefined;
}

export const command = z.object({
  name: z.string().regex(/^\S{1,32}$/),
  /** 1 is a slash command; 2 and 3 hang in context menus. */
  type: z.literal(1).default(1),
  options: z.array(option).default([]),
  resolved: z.object({ users: z.record(z.string(), z.object({ username: name })).optional() }).optional(),
});
export type Command = z.infer<typeof command>;

export const component = z.object({
  custom_id: customId,
  component_type: z.int(),
  values: z.array(z.string().max(255)).max(25).optional(),
});

/** A text input has a value, a select menu values. */
const input = z.object({
  custom_id: customId,
  value: z.string().optional(),
  values: z.array(z.string().max(255)).max(25).optional(),
});
/** Inputs come in rows (older) or each under a label (newer). */
const row = z.object({ components: z.array(input).default([]), component: input.optional() });
export const modal = z.object({
  custom_id: customId,
  components: z.array(row).default([]),
});

/** A message as the REST API shows it. */
export const message = z.object({ id, flags: z.int().optional() });
export const tooManyRequests = z.object({ retry_after: z.number().nonnegative() });
