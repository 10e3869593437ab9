import * as z from "zod";
import { defineModule } from "#contracts/module";

export const manifest = defineModule({
  name: "memories",
  title: "Memories",
  description: "Quotes the community wants to keep.",
  version: "0.2.0",
  prefix: "!",
  tables: ["memories"],
  settings: z.object({}),
  commands: [
    {
      name: "quote",
      aliases: ["quotes"],
      handler: "quote",
      description: "Shows a random quote or the one you name; moderators add and delete",
      usage: 'quote [<number> | add "text" [author] | search <words> | delete <number>]',
      examples: ["!quote", "!quote 3", '!quote add "It works on my machine" Ada', "!quote search machine"],
      permissionLevel: "everyone",
    },
    {
      name: "memories",
      handler: "memories",
      description: "Everything the community keeps; for now these are its quotes",
      usage:
        'memories add quote "text" [author] | list | search "term" | get <number> | delete <number> | quotes',
      examples: ['!memories add quote "Ship it" Grace', "!memories list"],
      permissionLevel: "everyone",
    },
  ],
  on: [],
});
