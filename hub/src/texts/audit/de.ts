import type { Texts } from "../en.ts";

/** Das Protokoll auf Deutsch. */
export const audit: Texts["audit"] = {
  title: "Protokoll",
  lead: "Wer was geändert hat, und wann. Niemand kann eine Zeile ändern oder entfernen, auch nicht, wer das Haus betreibt.",
  leadHouse: "Wer was geändert hat, irgendwo, und wann.",
  action: "Handlung",
  actionHint: "Der Anfang, etwa „role“ oder „api_key“",
  actor: "Wer",
  actorHint: "Teil eines Namens, oder eine Nummer",
  from: "Von",
  to: "Bis",
  columns: { at: "Wann", actor: "Wer", action: "Handlung", resource: "Was" },
  details: "Vorher und nachher",
  before: "Vorher",
  after: "Nachher",
  nothing: "nichts",
  service: "das Haus selbst",
  check: "Kette prüfen",
  checking: "Prüfe …",
  whole: (rows) => `Heil: ${rows} Zeilen, keine fehlt, keine ist verändert.`,
  broken: (id) => `Gebrochen bei Zeile ${id}: Sie oder eine davor wurde geändert oder entfernt.`,
  notChecked: "Jede Zeile ist an die davor gekettet.",
  emptyTitle: "Nichts zu zeigen",
  emptyText: "Keine Änderung passt zu diesem Filter. Mach ihn weiter.",
};
