import * as z from "zod";
import { defineModule } from "#contracts/module";

export const manifest = defineModule({
  name: "core",
  title: "Core",
  description: "Help, a sign of life, and your own numbers.",
  version: "0.2.0",
  prefix: "!",
  tables: [],
  settings: z.object({}),
  commands: [
    {
      name: "help",
      aliases: ["commands"],
      handler: "help",
      description: "Lists what you can run, or explains one command",
      usage: "help [command]",
      examples: ["!help", "!help quote"],
      permissionLevel: "everyone",
    },
    {
      name: "ping",
      handler: "ping",
      description: "Says pong when the bot is listening",
      usage: "ping",
      permissionLevel: "everyone",
    },
    {
      name: "stats",
      handler: "stats",
      description: "Shows your messages and points here, and what this community can do",
      usage: "stats",
      permissionLevel: "everyone",
    },
  ],
  components: ["about"],
  on: [],
  wantsCommands: true,
});
