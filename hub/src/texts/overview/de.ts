import type { overview as english } from "./en.ts";

/** What the Overview says, in German. */
export const overview: typeof english = {
  title: "Übersicht",
  lead: "Ist alles in Ordnung, und was ist passiert, seit du zuletzt hier warst?",
};
