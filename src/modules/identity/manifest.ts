import * as z from "zod";
import { defineModule } from "#contracts/module";

export const manifest = defineModule({
  name: "identity",
  title: "Identity",
  description:
    "Brings your accounts on several platforms together, so that you are one person on all of them.",
  version: "0.1.0",
  prefix: "!",
  tables: [],
  settings: z.object({}),
  commands: [
    {
      name: "identity",
      handler: "identity",
      description: "Links an account on another platform to yours, or takes one away",
      usage: "identity link <platform> <name> | unlink <platform> | status",
      examples: ["!identity link discord ada_l", "!identity status", "!identity unlink slack"],
      permissionLevel: "everyone",
    },
    {
      name: "verify",
      handler: "verify",
      description: "Says that this account is yours, with the code it was sent",
      usage: "verify <code>",
      examples: ["!verify WXYZ-23"],
      permissionLevel: "everyone",
    },
    {
      name: "whoami",
      handler: "whoami",
      description: "Says whether this account is linked",
      usage: "whoami",
      permissionLevel: "everyone",
    },
  ],
  on: [],
});
