import type { community as english } from "./en.ts";

/** What the Community page says, in German. */
export const community: typeof english = {
  title: "Community",
  lead: "Was andere von euch sehen, und wie sie hereinkommen.",
  readOnly: "Nur Admins ändern das Profil.",
  profile: {
    title: "Profil",
    name: "Name",
    description: "Beschreibung",
    type: "Art",
    joinMode: "Wer hereinkommt",
    logo: "Logo (https-Adresse)",
    types: {
      creator: "Creator",
      gaming: "Spiele",
      shared_interest_group: "Gemeinsames Interesse",
      corporate: "Firma",
      other: "Etwas anderes",
    },
    joinModes: { open: "Alle", approval: "Wen ein Moderator einlässt", invite: "Nur mit Einladung" },
  },
  theme: {
    title: "Farben",
    lead: "Für eure Seiten und Overlays. Leer: die des Bots.",
    primary: "Haupt",
    secondary: "Zweite",
    accent: "Akzent",
    background: "Hintergrund",
    text: "Text",
    preview: "So sieht es aus.",
  },
  team: {
    title: "Team",
    lead: "Alle mit einer Rolle über Mitglied. Rollen änderst du auf der Seite Mitglieder.",
    empty: "Noch hat niemand eine Rolle.",
  },
  requests: {
    title: "Möchten herein",
    approve: "Einlassen",
    reject: "Abweisen",
    empty: "Niemand wartet.",
  },
  invitations: {
    title: "Einladungen",
    lead: "Ein Code lässt Leute herein, mehr nicht. Er wird einmal gezeigt.",
    uses: "Für wie viele Leute",
    days: "Für wie viele Tage",
    create: "Einladen",
    shown: "Kopiere diesen Code jetzt; er wird nicht noch einmal gezeigt:",
    used: (uses: string, most: string) => `${uses} von ${most} benutzt`,
    until: "bis",
    revoked: "zurückgezogen",
    over: "vorbei",
    revoke: "Zurückziehen",
    empty: "Noch keine Einladungen.",
  },
};
