import * as z from "zod";
import { defineModule } from "#contracts/module";

export const manifest = defineModule({
  name: "community",
  title: "Community",
  description: "Make a community, bring people and channels into it, look after it from chat.",
  version: "0.2.0",
  prefix: "!",
  tables: ["community"],
  settings: z.object({}),
  commands: [
    {
      name: "community",
      handler: "community",
      description: "Shows and changes the communities you belong to",
      usage:
        "community create <name> | context <name> | info [name] | list | members | add user|entity <id> | install <module> | leave | help",
      examples: ["!community create The Pond", "!community context the-pond", "!community add user 12345"],
      permissionLevel: "everyone",
    },
  ],
  // The form that `create` shows.
  components: ["create"],
  on: [],
});
