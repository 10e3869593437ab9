import type { members as english } from "./en.ts";

/** What the Members page says, in German. */
export const members: typeof english = {
  title: "Mitglieder",
  lead: "Alle hier, mit dem, was sie sind und wie es um sie steht.",
  search: "Nach Name oder Id suchen",
  role: "Rolle",
  anyRole: "Alle",
  perPage: "Je Seite",
  total: (count: string) => `${count} insgesamt`,
  page: (page: string, pages: string) => `Seite ${page} von ${pages}`,
  previous: "Seite davor",
  next: "Nächste Seite",
  columns: {
    name: "Name",
    role: "Rolle",
    score: "Ansehen",
    points: "Punkte",
    labels: "Etiketten",
    seen: "Zuletzt da",
  },
  open: (name: string) => `${name} öffnen`,
  unnamed: "noch ohne Namen",
  detail: {
    role: "Rolle hier",
    joined: "Dabei seit",
    identities: "Verknüpfte Konten",
    noIdentities: "Nichts verknüpft: nur dieses Konto ist bekannt.",
    labels: "Etiketten",
    noLabels: "Keine Etiketten.",
    notes: "Notizen für Moderatoren",
    noNotes: "Noch nichts notiert.",
    newNote: "Neue Notiz",
    addNote: "Notieren",
    removeNote: "Notiz entfernen",
    by: (author: string) => `von ${author}`,
    remove: "Aus der Community entfernen",
    removeQuestion: (name: string) =>
      `${name} ist dann kein Mitglied mehr. Punkte und Ansehen bleiben, und man kann wiederkommen.`,
  },
  empty: { title: "Niemand gefunden", text: "Versuche einen Teil des Namens oder zeige alle Rollen." },
};
