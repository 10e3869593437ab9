import * as z from "zod";
import { permissionLevel, role } from "#contracts/role";

/** `!` are our own modules, `#` are community modules (10-router §1.7). */
export const commandPrefix = z.enum(["!", "#"]);
export const commandName = z.string().regex(/^[^\s!#/][^\s]{0,63}$/, "1 to 64 characters, no white space");

/** Where a command runs when it is not one of our own Workers (10-router §1.1). Secrets are not part of it. */
export const commandTarget = z.discriminatedUnion("type", [
  z.object({ type: z.literal("webhook"), url: z.url({ protocol: /^https?$/ }).max(2000) }),
  z.object({
    type: z.literal("lambda"),
    region: z.string().max(64),
    functionName: z.string().max(64),
    isAsync: z.boolean().default(false),
  }),
  z.object({
    type: z.literal("openwhisk"),
    namespace: z.string().max(127),
    action: z.string().max(255),
    isAsync: z.boolean().default(false),
  }),
]);
export type CommandTarget = z.infer<typeof commandTarget>;

/** One row of the command registry. A community's own row wins over the global one. */
export const command = z.object({
  prefix: commandPrefix,
  name: commandName,
  module: z.string().max(64),
  /** The module's own name for what to run; several commands may share one handler. */
  handler: z.string().max(64),
  description: z.string().max(255),
  usage: z.string().max(255),
  category: z.string().max(64).default("general"),
  permissionLevel,
  cooldownSeconds: z.int().min(0).max(86_400),
  /** Instead of `cooldownSeconds` for people of that role. */
  roleCooldowns: z.partialRecord(role, z.int().min(0).max(86_400)).default({}),
  /** Per person and minute; 0 is no limit. */
  rateLimitPerMinute: z.int().min(0).max(10_000).default(60),
  /** What the caller pays; the channel's wallet hook takes it before the module is called. */
  pointCost: z.int().min(0).max(1_000_000).default(0),
  isEnabled: z.boolean(),
  /** `event` rows are called for `eventTypes` and answer to no word. */
  triggerType: z.enum(["command", "event", "both"]).default("command"),
  eventTypes: z.array(z.string().max(64)).max(64).default([]),
  /** Lower first. */
  priority: z.int().min(0).max(10_000).default(100),
  executionMode: z.enum(["sequential", "parallel"]).default("sequential"),
  /** Absent for our own modules, which are called by service binding. */
  target: commandTarget.nullable().default(null),
  timeoutSeconds: z.int().min(1).max(30).default(30),
});
export type Command = z.infer<typeof command>;
