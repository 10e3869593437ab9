import * as z from "zod";
import { ircNetwork } from "#contracts/gateway";

const { shape } = ircNetwork;

export const hostField = shape.host;

const secret = (of: z.ZodType<string | undefined>, what: string) =>
  of.nullable().optional().describe(`${what}. Write only; null removes it, without the field it stays`);

const sasl = z
  .strictObject({
    account: z.string().min(1).max(255),
    password: z.string().min(1).max(1000).optional().describe("Write only; without it the old one stays"),
  })
  .nullable()
  .optional()
  .describe("The account the bot logs in with; null logs in nowhere");

const fields = {
  port: shape.port.optional().describe("Default 6697"),
  tls: z.boolean().optional().describe("Default true; a password needs it"),
  ca: shape.ca.nullable().describe("Certificates (PEM) trusted instead of the public ones"),
  nick: shape.nick,
  flavour: z.enum(["irc", "twitch"]).optional(),
  poll_seconds: z
    .int()
    .min(5)
    .max(86_400)
    .nullable()
    .optional()
    .describe("Null stays connected; else the channels are visited this often"),
  burst_lines: z.int().min(1).max(1000).optional(),
  lines_per_second: z.number().positive().max(1000).optional(),
  password: secret(shape.password, "The server's own password, or Twitch's token"),
  sasl,
  enabled: z.boolean().optional(),
};

export const newNetwork = z.strictObject({ host: hostField, ...fields });
export type NewNetwork = z.infer<typeof newNetwork>;

export const networkChange = z
  .strictObject({ ...fields, nick: shape.nick.optional() })
  .refine((change) => Object.keys(change).length > 0, "changes nothing");
export type NetworkChange = z.infer<typeof networkChange>;

/** A network as Postgres writes it in JSON. */
export const networkRow = z.object({
  host: z.string(),
  port: z.int(),
  tls: z.boolean(),
  ca: z.string().nullable(),
  nick: z.string(),
  flavour: z.enum(["irc", "twitch"]),
  poll_seconds: z.int().nullable(),
  burst_lines: z.int(),
  lines_per_second: z.number(),
  sasl_account: z.string().nullable(),
  sasl_password_enc: z.string().nullable(),
  password_enc: z.string().nullable(),
  is_active: z.boolean(),
  is_trusted: z.boolean(),
  version: z.int(),
  updated_at: z.string(),
});
export type NetworkRow = z.infer<typeof networkRow>;

export const shownNetwork = networkRow
  .omit({ sasl_password_enc: true, password_enc: true, is_active: true, is_trusted: true })
  .extend({
    enabled: z.boolean(),
    has_password: z.boolean(),
    public_only: z.boolean().describe("Connected to at public addresses alone: a community wrote it"),
    channels: z.array(z.string()).describe("The community's active channels on it"),
  });
export type ShownNetwork = z.infer<typeof shownNetwork>;

/** How it stands with a network, worst first where several gateways have it. */
export const networkTest = z.object({
  state: z.enum(["connected", "joining", "connecting", "unused", "off", "no_gateway"]),
  assigned: z.int(),
  joined: z.int(),
  failed_attempts: z.int(),
  reason: z.string().nullable().describe("What went wrong, in the network's or the system's own words"),
  at: z.string().nullable().describe("When the gateway said so"),
});
export type NetworkTest = z.infer<typeof networkTest>;
