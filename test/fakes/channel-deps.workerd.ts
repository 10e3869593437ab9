import type { Invocation, ModuleResult } from "#contracts/module";
import { type Outcome, succeed } from "#contracts/outcome";
import type { SentMessage } from "#contracts/sender";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import type { Outgoing } from "#durable-objects/channel/outbox";
import type { KeyedLine } from "#durable-objects/channel/overlay-lines";
import type { Flush } from "#durable-objects/channel/write-flush";
import type { LogEntry } from "#lib/log";
import { aConfig } from "#test/fakes/events";

/** A channel's outside that writes down what reached it. Replace a function to make it misbehave. */
export function fakeChannelDeps(changes: Partial<ChannelDeps> = {}) {
  const seen = {
    invocations: [] as Invocation[],
    carried: [] as Outgoing[],
    flushes: [] as Flush[],
    logs: [] as LogEntry[],
    lines: [] as KeyedLine[],
    configLoads: 0,
  };
  const clock = { now: 1_800_000_000_000 };
  let ids = 0;
  const deps: ChannelDeps = {
    now: () => clock.now,
    newId: () => `flush-${++ids}`,
    log: (entry) => seen.logs.push(entry),
    manifests: [],
    invoke: async (invocation) => {
      seen.invocations.push(invocation);
      return says(`pong ${invocation.argsText}`.trim());
    },
    moduleHealth: () => [],
    charge: async () => succeed(null),
    loadConfig: async () => {
      seen.configLoads++;
      return aConfig();
    },
    writeFlush: async (flush) => {
      seen.flushes.push(flush);
    },
    carry: async (body): Promise<Outcome<SentMessage>> => {
      seen.carried.push(body);
      return succeed({ platformMessageIds: [`m-${seen.carried.length}`] });
    },
    isResendSafe: async () => false,
    tellFeed: async () => false,
    showLines: async (_, lines) => {
      seen.lines.push(...lines);
    },
    ...changes,
  };
  return { deps, seen, clock };
}

export function says(text: string, effects: ModuleResult["effects"] = []): Outcome<ModuleResult> {
  return succeed({ responses: [{ type: "chat", text }], effects });
}
