import * as z from "zod";
import { defineModule } from "#contracts/module";

export const manifest = defineModule({
  name: "alias",
  title: "Alias",
  description: "Own command words for other commands, or for a fixed text.",
  version: "0.2.0",
  prefix: "!",
  tables: ["alias"],
  settings: z.object({}),
  commands: [
    {
      name: "alias",
      handler: "alias",
      description: "Shows the aliases; moderators add and remove them",
      usage: "alias [add <name> <command> | remove <name> | list]",
      examples: ['!alias add !hi "!say hello {user}"', "!alias remove !hi", "!alias list"],
      permissionLevel: "everyone",
    },
  ],
  on: [],
  // An alias must not hide a command that is already there.
  wantsCommands: true,
});
