import { expect, test } from "vitest";
import * as z from "zod";
import type { ChannelConfig } from "#contracts/channel-config";
import { command } from "#contracts/command";
import type { ChatUser } from "#contracts/event";
import { defineModule } from "#contracts/module";
import { suggestCommands } from "#router/suggest";

const row = (name: string, more: object = {}) =>
  command.parse({
    prefix: "!",
    name,
    module: "memories",
    handler: name,
    description: `does ${name}`,
    usage: name,
    permissionLevel: "everyone",
    cooldownSeconds: 0,
    isEnabled: true,
    ...more,
  });
const manifest = defineModule({
  name: "memories",
  title: "Memories",
  description: "",
  version: "1",
  prefix: "!",
  tables: [],
  settings: z.object({}),
  commands: [
    {
      name: "quote",
      handler: "quote",
      description: "",
      usage: "quote",
      examples: ["!quote", "!quote 3", '!quote add "x" Ada'],
      permissionLevel: "everyone",
    },
  ],
  on: [],
});
const config: ChannelConfig = {
  version: 1,
  entityId: "discord:1:2",
  isActive: true,
  community: { id: 7, slug: "c", name: "C" },
  commands: [
    row("quote"),
    row("quiet", { isEnabled: false }),
    row("quell", { permissionLevel: "moderator" }),
    row("query", { module: "off" }),
    row("queue", { triggerType: "event", eventTypes: ["follow"] }),
  ],
  modules: { off: { isEnabled: false, settings: {} } },
  roles: { "discord:mo": "moderator" },
  rules: [],
  timers: [],
  webhooks: [],
  ownAccounts: [],
  entityIds: ["discord:1:2"],
};
const ada: ChatUser = { id: "ada", login: "ada", name: "Ada", badges: [] };
const lines = (typed: string, user = ada, from = config) =>
  suggestCommands(from, [manifest], { platform: "discord", user, typed }).map(({ line }) => line);

test("only what may be run here is shown: rights, switched-off rows, modules and listeners", () => {
  expect(lines("!qu")).toEqual(["!quote", "!quote 3", '!quote add "x" Ada']);
  expect(lines("!qu", { ...ada, id: "mo" })).toContain("!quell");
  expect(lines("!qu", { ...ada, platformRole: "owner" })).toContain("!quell");
});

test("a complete word leads on to its examples, whatever its case", () => {
  expect(lines("!QUOTE ")).toEqual(["!quote 3", '!quote add "x" Ada']);
  expect(lines("!nothing")).toEqual([]);
});

test("a channel that is switched off suggests nothing, and no more than 25 are shown", () => {
  expect(lines("!", ada, { ...config, isActive: false })).toEqual([]);
  const many = Array.from({ length: 60 }, (_, index) => row(`w${index}`));
  expect(lines("!", ada, { ...config, commands: many })).toHaveLength(25);
});
