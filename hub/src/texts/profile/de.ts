import type { profile as en } from "./en.ts";

/** Die Seite des eigenen Kontos, auf Deutsch. */
export const profile: typeof en = {
  title: "Profil",
  lead: "Wer du hier bist, welche Konten dir gehören und wer das sehen darf.",
  you: {
    title: "Du",
    name: "Name",
    bio: "Über dich",
    bioHint: "Höchstens 300 Zeichen",
    seenBy: "Wer dich nachschlagen darf",
    save: "Speichern",
    done: "Dein Profil ist gespeichert.",
    dropPicture: "Bild entfernen",
    pictureGone: "Das Bild ist entfernt.",
  },
  visibility: {
    everyone: "Alle, die angemeldet sind",
    communities: "Leute aus gemeinsamen Communitys",
    nobody: "Niemand",
  },
  accounts: {
    title: "Verknüpfte Konten",
    lead: "Jedes davon meldet dich an. Was eines davon darf oder hat, darfst und hast du.",
    primary: "spricht für dich",
    makePrimary: "Soll für mich sprechen",
    seenBy: "Wer sehen darf, dass es deines ist",
    unlink: "Lösen",
    unlinkQuestion: (name: string) =>
      `„${name}“ meldet dich nicht mehr an, und was es darf oder hat, ist nicht mehr deines. Du kannst es wieder verknüpfen.`,
    unlinkDone: "Das Konto ist nicht mehr verknüpft.",
    changed: "Gespeichert.",
    oauth: "Durch Anmelden verknüpfen",
    withPlatform: (platform: string) => `Bei ${platform} anmelden`,
  },
  code: {
    title: "Durch Code verknüpfen",
    lead: "Der Bot schreibt dem anderen Konto einen Code, sonst niemandem. Er gilt zehn Minuten und fünf Versuche.",
    platform: "Plattform",
    account: "Name oder Id dort",
    ask: "Code senden",
    asked: "Der Code ist auf dem Weg zu diesem Konto.",
    code: "Code",
    verify: "Konto verknüpfen",
    verified: "Das Konto ist verknüpft.",
    states: {
      wanted: "wird gesendet",
      sending: "wird gesendet",
      sent: "wurde gesendet",
      failed: "konnte nicht gesendet werden",
      completed: "wurde benutzt",
      expired: "ist zu alt",
      exhausted: "hatte zu viele falsche Versuche",
    },
  },
  joining: {
    title: "Zwei Konten verbinden",
    lead: "Hast du hier zwei Konten, kann eines das andere aufnehmen. Das lässt sich rückgängig machen; jedes behält, was es hatte.",
    offer: "Code für mein anderes Konto erzeugen",
    offerText:
      "Gib ihn binnen zehn Minuten in deinem anderen Konto ein. Gib ihn niemandem: Wer ihn eingibt, nimmt dieses Konto auf.",
    enter: "Code meines anderen Kontos",
    look: "Zeigen, wessen er ist",
    question: (name: string, accounts: string) =>
      `„${name}“ (${accounts}) wird Teil dieses Kontos. Wer sich mit einem davon anmelden kann, ist dann du. Dessen Passwort und Schlüssel ruhen, bis es rückgängig gemacht wird.`,
    join: "Aufnehmen",
    joined: "Die Konten sind verbunden.",
    undo: "Rückgängig",
    undoQuestion: (name: string) =>
      `„${name}“ ist wieder ein eigenes Konto mit allem, was es hatte. Überall sonst wirst du abgemeldet.`,
    undone: "Die Verbindung ist rückgängig gemacht.",
    wasUndone: "rückgängig gemacht",
  },
  data: {
    title: "Deine Daten",
    lead: "Eine Kopie von allem, was wir von dir haben, oder dessen Ende.",
    export: "Kopie herunterladen",
    exported: "Die Kopie liegt in deinen Downloads.",
    delete: "Mein Konto löschen",
    deleteLead:
      "Alles von dir verschwindet, in jeder Community, für immer: Konten, Punkte, Verlauf, was du im Mitgliederchat geschrieben hast. Verbundene Konten gehen mit. Niemand kann es zurückholen.",
    typeName: (name: string) => `Zur Bestätigung „${name}“ eingeben`,
    deleteNow: "Alles für immer löschen",
    receipt: "Du bist gelöscht. Das ist deine Quittung; behalte sie, wenn du magst.",
  },
};
