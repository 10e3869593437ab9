import * as z from "zod";
import { command, commandName, commandPrefix } from "#contracts/command";
import type { CommandManifest } from "#contracts/command-manifest";
import type { MessageType } from "#contracts/event";
import { platformEvent } from "#contracts/event";
import type { Outcome } from "#contracts/outcome";
import { moduleResponse } from "#contracts/response";
import { permissionLevel, role } from "#contracts/role";

/** One call of one module for one event. */
export const invocation = z.object({
  /** Derived from the event, so that a retry carries the same: the key of every effect. */
  id: z.string().max(640),
  sessionId: z.string().max(64),
  module: z.string().max(64),
  handler: z.string().max(64),
  /** The command as typed, without prefix, lower case; absent when an event called the module. */
  command: z.string().max(64).optional(),
  args: z.array(z.string().max(5000)).max(1000),
  /** Everything after the command word, as typed. */
  argsText: z.string().max(5000),
  event: platformEvent,
  community: z.object({ id: z.int().positive(), slug: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), role, permissions: z.array(z.string()) }),
  /** What this community may run, for help texts; sent only to modules whose manifest asks for it. */
  commands: z.array(command).optional(),
  settings: z.record(z.string(), z.unknown()),
  /** Epoch milliseconds after which nobody waits for the answer. */
  deadline: z.int(),
});
export type Invocation = z.infer<typeof invocation>;

/** What a module asks the channel to do. The channel decides whether it may. */
export const moduleEffect = z.discriminatedUnion("type", [
  /** Run this text as if the same user had typed it, with that user's rights (alias). */
  z.object({ type: z.literal("command.execute"), text: z.string().min(1).max(500) }),
  /** Let a command word of this community lead to a handler of this module. */
  z.object({
    type: z.literal("command.register"),
    prefix: commandPrefix,
    name: commandName,
    handler: z.string().max(64),
    description: z.string().max(255),
    usage: z.string().max(255),
    permissionLevel,
    cooldownSeconds: z.int().min(0).max(86_400).default(0),
  }),
  z.object({ type: z.literal("command.unregister"), prefix: commandPrefix, name: commandName }),
]);
export type ModuleEffect = z.infer<typeof moduleEffect>;

export const moduleResult = z.object({
  responses: z.array(moduleResponse).max(10),
  effects: z.array(moduleEffect).max(10).default([]),
});
export type ModuleResult = z.infer<typeof moduleResult>;
export type ModuleResultInput = z.input<typeof moduleResult>;

/** The whole surface of a module Worker, as the channel object sees it over its service binding. */
export interface ModuleService {
  invoke(invocation: Invocation): Promise<Outcome<ModuleResult>>;
}

/** Everything the rest of the house knows of a module: registry rows, help, docs and settings form are read from it. */
export interface ModuleManifest {
  /** Folder, Worker and table prefix: `memories` → `src/modules/memories`, `waddlebot-memories`, `memories_…`. */
  name: string;
  title: string;
  description: string;
  version: string;
  prefix: z.infer<typeof commandPrefix>;
  /** Tables of this module start with one of these and `_`. */
  tables: readonly string[];
  settings: z.ZodObject;
  commands: readonly CommandManifest[];
  /** Handlers a button, menu or form may reach; a custom id is written by the client, so nothing else is. */
  components?: readonly string[];
  /** Event types that call the module's `event` handler. */
  on: readonly MessageType[];
  /** True when handlers need `invocation.commands`. */
  wantsCommands?: boolean;
}

export function defineModule<const M extends ModuleManifest>(manifest: M): M {
  return manifest;
}
