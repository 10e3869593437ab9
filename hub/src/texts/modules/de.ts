import type { modules as english } from "./en.ts";

/** What the Modules page says, in German. */
export const modules: typeof english = {
  title: "Module",
  lead: "Was der Bot hier kann. Ausgeschaltet schweigen die Befehle eines Moduls sofort; was es weiß, bleibt erhalten.",
  readOnly: "Nur Admins schalten Module.",
  core: "kommt mit dem Bot",
  community: "von dieser Community",
  isOn: (title: string) => `${title} ist an`,
  on: "An",
  off: "Aus",
  settings: "Einstellungen",
  settingsOf: (title: string) => `Einstellungen von ${title}`,
  noSettings: "Hier gibt es nichts einzustellen.",
  docs: "So benutzt man es",
  docsOf: (title: string) => `So benutzt man ${title}`,
  commands: "Befehle",
  events: "Es reagiert auch auf",
  examples: "Zum Beispiel",
  usual: (value: string) => `Üblich: ${value}`,
  notJson: "Das ist kein gültiges JSON.",
  version: (version: string) => `Version ${version}`,
};
