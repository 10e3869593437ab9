import type { Command } from "#contracts/command";
import type { Execution } from "#contracts/execution";
import type { ModuleEffect } from "#contracts/module";
import type { Refusal } from "#contracts/outcome";
import type { ModuleResponse } from "#contracts/response";
import type { Role } from "#contracts/role";

export interface KeyedResponse {
  key: string;
  response: ModuleResponse;
}

export interface RegistryChange {
  key: string;
  module: string;
  effect: Exclude<ModuleEffect, { type: "command.execute" }>;
}

export type CallRecord = Execution["calls"][number];

/** A call that needs no further try: it succeeded, or its no is for good. `message` is what the no said. */
export type DoneCall = CallRecord & { message?: string | undefined };

/** A command somebody may run only so often, and that counts from now on. */
export interface RanCommand {
  userKey: string;
  role: Role;
  command: Command;
}

/** Everything one event leads to. Nothing of it has happened yet: the channel commits it in one transaction. */
export interface Handled {
  execution: Execution;
  responses: KeyedResponse[];
  registry: RegistryChange[];
  ranCommands: RanCommand[];
  /** A session was asked for, or a module outside may answer later. */
  opensSession: boolean;
  /** A rule's webhook, to be posted. */
  posts: { key: string; url: string; headers: Record<string, string>; body: unknown }[];
  /** Set when the last thing decided was a no, for whoever waits for an answer. */
  refusal: Refusal | undefined;
  /** Set when trying again may help: a time-out, a 429, a lost connection. */
  again: Again | undefined;
}

export interface Again {
  refusal: Refusal;
  /** Not to be repeated. */
  done: DoneCall[];
  /** Keys of responses that a further try may make untrue: said only when there is none. */
  unsaid: ReadonlySet<string>;
}

/** What an earlier attempt at the same event already did. */
export interface Attempt {
  retryCount: number;
  done: readonly DoneCall[];
}

export const firstAttempt: Attempt = { retryCount: 0, done: [] };
