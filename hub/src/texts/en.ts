import { activity, deadLetters } from "./activity/en.ts";
import { audit } from "./audit/en.ts";
import { commands } from "./commands/en.ts";
import { community } from "./community/en.ts";
import { connections } from "./connections/en.ts";
import { history } from "./history/en.ts";
import { house } from "./house/en.ts";
import { keys } from "./keys/en.ts";
import { members } from "./members/en.ts";
import { chat, mine } from "./mine/en.ts";
import { modules } from "./modules/en.ts";
import { networks } from "./networks/en.ts";
import { overlays } from "./overlays/en.ts";
import { overview } from "./overview/en.ts";
import { rehearsal } from "./rehearsal/en.ts";
import { rules } from "./rules/en.ts";
import { security } from "./security/en.ts";
import { shell } from "./shell/en.ts";
import { signIn } from "./sign-in/en.ts";
import { start } from "./start/en.ts";
import { timers } from "./timers/en.ts";

/** Every word the hub says, in English. Each feature has its own folder; this is the only place that joins them. */
export const en = {
  ...shell,
  ...rehearsal,
  connections,
  activity,
  deadLetters,
  audit,
  chat,
  house,
  keys,
  mine,
  commands,
  community,
  history,
  members,
  modules,
  networks,
  overlays,
  overview,
  rules,
  timers,
  security,
  signIn,
  start,
};

/** The shape of a language: `de.ts` has the same; the compiler and a test keep them level. */
export type Texts = typeof en;
