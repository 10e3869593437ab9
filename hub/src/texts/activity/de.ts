import type { Texts } from "../en.ts";

/** Live-Aktivität und Unzustellbares auf Deutsch. */
export const activity: Texts["activity"] = {
  title: "Aktivität",
  lead: "Was hereinkommt, was der Bot entscheidet und was er tut, während es geschieht. Wähle eine Zeile, um zu sehen, warum.",
  live: "Live",
  connecting: "Verbinde …",
  lost: "Die Verbindung ist abgerissen. Sie kommt von selbst wieder.",
  pause: "Anhalten",
  resume: (count) => (count === 0 ? "Weiter" : `Weiter (${count} neue)`),
  clear: "Leeren",
  filterTitle: "Zeigen",
  channel: "Kanal",
  allChannels: "Alle Kanäle",
  kinds: { event: "Ereignisse", decision: "Entscheidungen", effect: "Wirkungen" },
  kindLegend: "Arten",
  user: "Person",
  userHint: "Teil eines Namens",
  type: "Art des Ereignisses",
  allTypes: "Alle Arten",
  dropped: (count) =>
    `${count} weitere kamen schneller, als diese Seite zeigt. Sie stehen in den Aufzeichnungen.`,
  emptyTitle: "Noch nichts",
  emptyText: "Sobald jemand in einem deiner Kanäle schreibt, erscheint es hier.",
  emptyFilterText: "Nichts passt zu diesem Filter. Mach ihn weiter, oder warte.",
  decided: { success: "geklappt", refused: "abgelehnt", failed: "gescheitert", ignored: "nicht beachtet" },
  effects: {
    chat: "im Chat gesagt",
    overlay: "im Overlay gezeigt",
    post: "Webhook einer Regel aufgerufen",
    webhook: "einem Webhook gemeldet",
    registry: "die Befehle geändert",
    rule: "eine Regel abgeschaltet",
  },
  effectStates: { unknown: "vielleicht", failed: "gescheitert" },
  answered: "antwortete",
  whyTitle: "Warum?",
  whyOf: (name) => `Was daraus wurde: ${name}`,
  whyMissing: "Der Bot hat davon keine Aufzeichnung mehr. Ein Kanal behält die letzten 1.000.",
  replay: "Was geschähe jetzt?",
  replayHint:
    "Noch einmal entschieden, mit den Einstellungen von heute. Nichts wird aufgerufen, gesagt oder geschrieben.",
  replayTitle: "Heute",
};

export const deadLetters: Texts["deadLetters"] = {
  title: "Unzustellbares",
  lead: "Was der Bot aufgegeben hat, mit dem Grund. Zurückgelegt, wird es noch einmal versucht; was schon geschah, geschieht nicht zweimal.",
  channel: "Kanal",
  from: "Von",
  to: "Bis",
  replayRange: "Alles aus dieser Zeit zurücklegen",
  replayRangeQuestion:
    "Alles, was in dieser Zeit aufgegeben wurde, wird noch einmal versucht. Auch Antworten, die inzwischen alt sind, werden gesagt.",
  replayRangeConfirm: "Zurücklegen",
  needRange: "Wähle, von wann bis wann.",
  badRange: "Das Ende liegt vor dem Anfang.",
  replay: "Noch einmal",
  replayed: (count) =>
    count === 1 ? "Eins wird noch einmal versucht." : `${count} werden noch einmal versucht.`,
  replayedBefore: "noch einmal versucht",
  kinds: { event: "kam herein", send: "sollte hinaus" },
  columns: { at: "Wann", kind: "Was", error: "Warum", attempts: "Versuche", action: "Aktionen" },
  emptyTitle: "Nichts wurde aufgegeben",
  emptyText:
    "Wenn eine Plattform oder ein Modul endgültig versagt, steht es hier, und du kannst es noch einmal versuchen.",
  noChannelTitle: "Noch kein Kanal",
  noChannelText: "Verbinde zuerst eine Plattform: Unzustellbares gehört zu einem Kanal.",
};
