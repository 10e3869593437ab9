import type { Texts } from "../en.ts";

/** Die Seite der Mitglieder auf Deutsch: meine Communitys, die Bestenliste, der Chat. */
export const mine: Texts["mine"] = {
  profile: "Profil",
  communities: {
    title: "Meine Communitys",
    lead: "Wo du dazugehörst, und als was.",
    open: "Öffnen",
    chat: "Chat",
    leaderboard: "Bestenliste",
    emptyTitle: "Du bist noch in keiner Community",
    emptyText: "Schreib im Chat eines Kanals, der WaddleBot nutzt, oder bitte um eine Einladung.",
  },
  leaderboard: {
    title: "Bestenliste",
    lead: "Wer in dieser Community am meisten hat.",
    by: "Nach",
    metrics: { points: "Punkten", score: "Ruf" },
    columns: { rank: "Platz", name: "Name", value: "Wert" },
    emptyTitle: "Noch niemand",
    emptyText: "Punkte gibt es fürs Schreiben, Folgen, Jubeln. Bald steht hier jemand.",
  },
};

export const chat: Texts["chat"] = {
  title: "Chat",
  lead: "Unter Mitgliedern. Was hier steht, bleibt im Hub und geht auf keine Plattform.",
  connecting: "Verbinde …",
  lost: "Die Verbindung ist abgerissen. Sie kommt von selbst wieder; was du schreibst, geht dann hinaus.",
  connected: "Verbunden",
  input: "Nachricht",
  placeholder: "Schreib den anderen …",
  send: "Senden",
  tooLong: (most) => `Höchstens ${most} Zeichen.`,
  typing: (name) => `${name} schreibt …`,
  older: "Ältere Nachrichten zeigen",
  you: "du",
  emptyTitle: "Still hier",
  emptyText: "Sag Hallo: Die anderen lesen es, sobald sie hereinschauen.",
};
