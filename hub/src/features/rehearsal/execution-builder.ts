import type { Execution } from "#contracts/execution";

/** A record for tests: a command that worked and said nothing, unless the facts differ. */
export function anExecution(facts: Partial<Execution> = {}): Execution {
  return {
    id: "x1",
    eventId: "twitch:e1",
    entityId: "twitch:1",
    communityId: 2,
    sessionId: "s1",
    correlationId: "c1",
    messageType: "chatMessage",
    user: { id: "v1", name: "Pingu", role: "member" },
    trigger: { kind: "command", text: "!quote" },
    rights: null,
    module: null,
    handler: null,
    status: "success",
    code: null,
    message: null,
    steps: [],
    responses: [],
    calls: [],
    retryCount: 0,
    rules: [],
    chain: [],
    startedAt: 0,
    finishedAt: 0,
    ...facts,
  };
}

/** One thing a record says the bot said. */
export function aReply(facts: Partial<Execution["responses"][number]> = {}): Execution["responses"][number] {
  return { key: "k", type: "chat", text: "hi", state: "sending", platformMessageIds: [], ...facts };
}
