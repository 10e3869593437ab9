import * as z from "zod";
import { defineModule } from "#contracts/module";

/** `{name}` and `{count}` stand for who did it and how much. */
const line = z.string().min(1).max(200);

export const manifest = defineModule({
  name: "alerts",
  title: "Alerts",
  description:
    "Thanks people in chat and on the stream for follows, subscriptions, gifts, cheers, raids and donations.",
  version: "0.2.0",
  prefix: "!",
  tables: [],
  settings: z.object({
    follow: line.default("{name} waddles along now. Welcome!"),
    subscription: line.default("{name} subscribed. Thank you!"),
    resub: line.default("{name} has been here for {count} months. Thank you!"),
    subgift: line.default("{name} gifted {count} subscriptions. What a day!"),
    cheer: line.default("{name} cheered {count} bits. Thank you!"),
    raid: line.default("{name} is raiding with {count} viewers. Make room!"),
    donation: line.default("{name} gave {count}. Thank you!"),
  }),
  commands: [],
  on: ["follow", "subscription", "resub", "subgift", "cheer", "raid", "donation"],
});
