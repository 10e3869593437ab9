import { connections } from "./connections/de.ts";
import type { Texts } from "./en.ts";
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
  overview,
  signIn,
  start,
};
