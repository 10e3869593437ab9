import { activity, deadLetters } from "./activity/de.ts";
import { audit } from "./audit/de.ts";
import { connections } from "./connections/de.ts";
import type { Texts } from "./en.ts";
import { house } from "./house/de.ts";
import { keys } from "./keys/de.ts";
import { chat, mine } from "./mine/de.ts";
import { overview } from "./overview/de.ts";
import { rehearsal } from "./rehearsal/de.ts";
import { shell } from "./shell/de.ts";
import { signIn } from "./sign-in/de.ts";
import { start } from "./start/de.ts";

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
  overview,
  signIn,
  start,
};
