import type { Invocation } from "#contracts/module";

/** One invocation by u1, a member, in community 1 on Twitch; give what matters. */
export function anInvocation(facts: Partial<Invocation> = {}): Invocation {
  const id = facts.id ?? "twitch:m1/core/0";
  const argsText = facts.argsText ?? "";
  return {
    id,
    sessionId: "session-1",
    module: "core",
    handler: "ping",
    args: argsText.split(/\s+/u).filter((arg) => arg !== ""),
    argsText,
    event: {
      type: "chatMessage",
      id,
      platform: "twitch",
      entityId: "twitch:1001",
      user: { id: "u1", login: "u1", name: "u1", badges: [] },
      receivedAt: 1_750_000_000_000,
      occurredAt: 1_750_000_000_000,
      correlationId: "c-1",
      origin: "platform",
      hops: 0,
      text: "!ping",
    },
    community: { id: 1, slug: "demo", name: "Demo" },
    user: { id: "twitch:u1", name: "u1", role: "member", permissions: [] },
    settings: {},
    deadline: 1_750_000_003_000,
    ...facts,
  };
}
