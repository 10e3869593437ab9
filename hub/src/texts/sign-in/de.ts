import type { signIn as english } from "./en.ts";

/** What the ways in say, in German. */
export const signIn: typeof english = {
  title: "Anmelden",
  lead: "Nimm ein Konto, das du schon hast. WaddleBot erfährt deinen Namen und dein Bild, sonst nichts.",
  with: (provider) => `Mit ${provider} anmelden`,
  newHere: "Neu hier? Derselbe Klick legt dein Konto an.",
  invited: "Dieses Haus nimmt von sich aus keine neuen Konten an; frag, wer es betreibt.",
  noneTitle: "Hier kann sich noch niemand anmelden",
  noneText: "Wer dieses Haus betreibt, muss erst eine Plattform einrichten. Die Probe geht auch ohne.",
  email: "Mailadresse",
  password: "Passwort",
  newPassword: "Neues Passwort",
  passwordHint: "Mindestens 8 Zeichen: große und kleine Buchstaben, eine Ziffer und ein anderes Zeichen.",
  displayName: "Dein Name hier",
  enter: "Mit Passwort anmelden",
  wrong: "Die Adresse oder das Passwort stimmt nicht.",
  back: "Zurück zur Anmeldung",
  makeAccount: "Konto mit einer Mailadresse anlegen",
  forgot: "Passwort vergessen",
  register: {
    title: "Konto anlegen",
    lead: "Wir schicken dir eine Mail; ihr Link schließt das Konto ab.",
    send: "Mail schicken",
    sent: "Eine Mail ist unterwegs. Öffne ihren Link innerhalb von 24 Stunden und halte dein Passwort bereit.",
  },
  forgotten: {
    title: "Passwort vergessen",
    lead: "Wir schicken dir eine Mail, mit der du ein neues wählst.",
    send: "Mail schicken",
    sent: "Hat jemand ein Konto mit dieser Adresse, ist eine Mail unterwegs. Ihr Link gilt eine Stunde.",
  },
  verify: {
    title: "Konto abschließen",
    lead: "Gib das Passwort ein, das du gewählt hast, und du bist drin.",
    send: "Abschließen",
  },
  reset: {
    title: "Neues Passwort wählen",
    lead: "Jeder Browser wird abgemeldet. Danach meldest du dich mit dem neuen an.",
    send: "Neues Passwort behalten",
    done: "Das neue Passwort gilt. Melde dich jetzt damit an.",
  },
  code: {
    title: "Noch ein Schritt",
    lead: "Gib die sechs Ziffern ein, die deine Authenticator-App gerade zeigt, oder einen Wiederherstellungscode.",
    label: "Code",
    send: "Weiter",
    over: "Diese Anmeldung ist vorbei, oder es wird kein Code verlangt.",
  },
  own: {
    title: "Wähle ein eigenes Passwort",
    lead: "Das aus der Mail galt nur für diese Anmeldung.",
    send: "Behalten",
  },
};
