import * as z from "zod";
import { permissionLevel } from "#contracts/role";

/** `!` are our own modules, `#` are community modules (10-router §1.7). */
export const commandPrefix = z.enum(["!", "#"]);
export const commandName = z.string().regex(/^[^\s!#/][^\s]{0,63}$/, "1 to 64 characters, no white space");

/** One row of the command registry. A community's own row wins over the global one. */
export const command = z.object({
  prefix: commandPrefix,
  name: commandName,
  module: z.string().max(64),
  /** The module's own name for what to run; several commands may share one handler. */
  handler: z.string().max(64),
  description: z.string().max(255),
  usage: z.string().max(255),
  permissionLevel,
  cooldownSeconds: z.int().min(0).max(86_400),
  isEnabled: z.boolean(),
});
export type Command = z.infer<typeof command>;
