import { activity, deadLetters } from "./activity/de.ts";
import { audit } from "./audit/de.ts";
import { commands } from "./commands/de.ts";
import { community } from "./community/de.ts";
import { connections } from "./connections/de.ts";
import type { Texts } from "./en.ts";
import { history } from "./history/de.ts";
import { house } from "./house/de.ts";
import { keys } from "./keys/de.ts";
import { members } from "./members/de.ts";
import { chat, mine } from "./mine/de.ts";
import { modules } from "./modules/de.ts";
import { networks } from "./networks/de.ts";
import { overlays } from "./overlays/de.ts";
import { overview } from "./overview/de.ts";
import { rehearsal } from "./rehearsal/de.ts";
import { rules } from "./rules/de.ts";
import { security } from "./security/de.ts";
import { shell } from "./shell/de.ts";
import { signIn } from "./sign-in/de.ts";
import { start } from "./start/de.ts";
import { timers } from "./timers/de.ts";

/** Every word the hub says, in German. */
export const de: Texts = {
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
