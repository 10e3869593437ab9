import type { security as english } from "./en.ts";

/** What the page about one's own locks says, in German. */
export const security: typeof english = {
  title: "Sicherheit",
  lead: "Wie dein Konto verschlossen ist und wo du angemeldet bist.",
  password: "Passwort",
  passwordLead: "Eine Änderung meldet jeden anderen Browser ab.",
  noPassword: "Du meldest dich mit einer Plattform an; es gibt kein Passwort zu ändern.",
  current: "Jetziges Passwort",
  change: "Passwort ändern",
  changed: "Das Passwort ist geändert.",
  factor: "Zweiter Faktor",
  factorOff:
    "Mit ihm öffnet ein Passwort allein nichts: Die Anmeldung fragt auch nach einem Code aus einer Authenticator-App.",
  factorOn: (left) => `Er ist an. Übrige Wiederherstellungscodes: ${left}.`,
  begin: "Zweiten Faktor einrichten",
  scan: "Scanne das mit einer Authenticator-App, oder tippe den Text darunter ab. Gib dann die sechs Ziffern ein, die sie zeigt.",
  qr: "Das Geheimnis als Bild für eine Authenticator-App",
  code: "Code",
  confirm: "Einschalten",
  codesTitle: "Deine Wiederherstellungscodes",
  codesText:
    "Jeder öffnet dein Konto einmal, wenn die App weg ist. Sie werden nur dieses eine Mal gezeigt: Bewahre sie auf.",
  kept: "Ich habe sie aufbewahrt",
  remove: "Wegnehmen",
  removed: "Der zweite Faktor ist weg.",
  removeLead: "Zum Wegnehmen braucht es einen Code von ihm.",
  sessions: "Angemeldet",
  thisOne: "Dieser Browser",
  since: "seit",
  unknownBrowser: "Ein Browser, der nicht gesagt hat, was er ist",
  end: "Abmelden",
  ended: "Abgemeldet.",
  endOthers: "Jeden anderen Browser abmelden",
};
