import type { ChannelConfig } from "#contracts/channel-config";
import { type Command, command } from "#contracts/command";
import { type PlatformEvent, platformEvent } from "#contracts/event";

type ChatEvent = Extract<PlatformEvent, { type: "chatMessage" }>;

let count = 0;

/** A chat line on the demo Twitch channel; every call another id. */
export function aChatEvent(facts: Partial<ChatEvent> = {}): ChatEvent {
  const event = platformEvent.parse({
    type: "chatMessage",
    text: "hello",
    id: `twitch:event-${++count}`,
    platform: "twitch",
    entityId: "twitch:1000",
    user: { id: "7", login: "pingu", name: "Pingu" },
    receivedAt: 1_800_000_000_000,
    occurredAt: 1_800_000_000_000,
    correlationId: "11111111-2222-4333-8444-555555555555",
    replyTo: { kind: "chat", platform: "twitch", channel: "1000" },
    ...facts,
  });
  if (event.type !== "chatMessage") throw new Error("not a chat message");
  return event;
}

export function aCommand(facts: Partial<Command> = {}): Command {
  return command.parse({
    prefix: "!",
    name: "ping",
    module: "core",
    handler: "ping",
    description: "Answers",
    usage: "!ping",
    permissionLevel: "everyone",
    cooldownSeconds: 0,
    isEnabled: true,
    ...facts,
  });
}

export function aConfig(facts: Partial<ChannelConfig> = {}): ChannelConfig {
  return {
    version: 1,
    entityId: "twitch:1000",
    isActive: true,
    community: { id: 2, slug: "demo", name: "Demo" },
    commands: [aCommand()],
    modules: {},
    roles: {},
    rules: [],
    timers: [],
    webhooks: [],
    ownAccounts: [],
    entityIds: ["twitch:1000", "slack:T1:C1"],
    ...facts,
  };
}
