import type { start as english } from "./en.ts";

/** What the first run says, in German. */
export const start: typeof english = {
  title: "Erste Schritte",
  welcome: (name) => `Willkommen, ${name}`,
  welcomeLead:
    "Ein Klick, und WaddleBot hat einen Ort für deine Leute. In deinen Chat wird noch nichts geschrieben.",
  name: "Wie nennen sich deine Leute?",
  nameHint: "Das lässt sich später ändern.",
  create: "Einrichten",
  lead: "Jeder Schritt sagt, was er tut. Mach sie in beliebiger Reihenfolge, lass welche aus oder wiederhole einen.",
  steps: {
    place: {
      title: "Ein Ort für deine Leute",
      text: "Deine Community gibt es. Befehle, Punkte und Einstellungen liegen hier.",
    },
    channel: {
      title: "Dein Kanal",
      text: "Der Bot kommt in deinen Kanal. Er hört zu und schreibt nur, wenn man ihn etwas fragt.",
      action: "Meinen Kanal hereinholen",
      fix: "Andere Kanäle, Server und Teams holst du unter Verbindungen herein.",
    },
    permissions: {
      title: "Was der Bot darf",
      text: "Du erlaubst es auf der Seite der Plattform selbst. Du siehst jede Berechtigung vorher und kannst sie jederzeit zurücknehmen.",
      action: (platform) => `Auf ${platform} erlauben`,
      none: "In diesem Haus ist noch keine Plattform eingerichtet.",
      broken: "Eine Berechtigung ist abgelaufen. Erlaube sie noch einmal.",
    },
    answer: {
      title: "Er antwortet",
      text: "Schreib !help in deinen Chat. Das hier wird grün, sobald der Bot dich hört.",
      action: "Lieber auf der Probebühne ausprobieren",
      heard: "gehört",
    },
  },
  done: "erledigt",
  open: "noch offen",
  trouble: "braucht dich",
  wide: "Alle Verbindungen",
  finish: "Zur Übersicht",
};
