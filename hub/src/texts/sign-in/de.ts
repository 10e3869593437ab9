import type { signIn as english } from "./en.ts";

/** What the ways in say, in German. */
export const signIn: typeof english = {
  title: "Anmelden",
  lead: "Nimm ein Konto, das du schon hast. WaddleBot erfährt deinen Namen und dein Bild, sonst nichts.",
  with: (provider) => `Mit ${provider} anmelden`,
  or: "oder mit Mail-Adresse und Passwort",
  email: "Mail-Adresse",
  password: "Passwort",
  submit: "Anmelden",
  wrong: "Mail-Adresse und Passwort passen nicht zusammen.",
};
